import { freePortBlock } from '../src'

it('gives ports that no server started later has for itself or beside itself', async () => {
  const ports: number[] = []
  for (let count = 0; count < 200; count += 1) {
    const port = await freePortBlock()
    ports.push(port - 2, port, port + 1)
  }
  expect(new Set(ports).size).toBe(ports.length)
})
