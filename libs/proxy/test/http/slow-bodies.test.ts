import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { SlowBodies } from '../../src/http/slow-bodies'
import { promised } from './promised'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
})

/** A server that reads bodies, and a client that has begun to send one. */
async function sending(contentType: string) {
  const clock = new FakeClock()
  const begun = promised()
  let isHere = promised()
  const server = createServer(request => {
    begun.resolve()
    request.on('data', () => isHere.resolve())
  })
  servers.push(server)
  const bodies = new SlowBodies(server, clock)
  bodies.start()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const socket: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${contentType}\r\nTransfer-Encoding: chunked\r\n\r\n`)
  await begun.promise
  /** Resolves when the server has it. */
  const send = async (text: string): Promise<void> => {
    isHere = promised()
    socket.write(`${text.length.toString(16)}\r\n${text}\r\n`)
    await isHere.promise
  }
  return { clock, socket, send }
}

test('lines may come for as long as they like, but not stay away', async () => {
  const { clock, socket, send } = await sending('application/x-ndjson')
  for (let minutes = 0; minutes < 10; minutes += 1) {
    await send('{"body":"x"}\n')
    clock.advance(60_000)
  }
  expect(socket.readableLength).toBe(0)
  const closed = once(socket, 'close')
  const answer = once(socket, 'data') as Promise<[Buffer]>
  clock.advance(130_000)
  expect((await answer).toString()).toMatch(/^HTTP\/1.1 408 /)
  await closed
})

test('any other body has to be there in time, however often a bit of it comes', async () => {
  const { clock, socket, send } = await sending('application/json')
  const answer = once(socket, 'data') as Promise<[Buffer]>
  await send('[1,')
  clock.advance(60_000)
  await send('2,')
  clock.advance(70_000)
  expect((await answer).toString()).toMatch(/^HTTP\/1.1 408 /)
})
