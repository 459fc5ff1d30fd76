import { UniqueIdGenerator } from '../../src'

const identity = { address: Buffer.from([10, 0, 0, 1]), processId: 0x1234, discriminator: -2 }

test('an id holds address, process, class loader, time since the month began and a counter', () => {
  const monthStartMs = new Date(2026, 1, 1).getTime()
  const ids = new UniqueIdGenerator(identity)
  expect(ids.next(monthStartMs + 0x1a2b3c)).toBe('0A0000011234FFFFFFFE001A2B3C0001')
  expect(ids.next(monthStartMs + 0x1a2b3c)).toBe('0A0000011234FFFFFFFE001A2B3C0002')
})

test('the time starts anew with each month, and follows a clock that is set back', () => {
  const ids = new UniqueIdGenerator(identity)
  const timeOf = (nowMs: number): string => ids.next(nowMs).slice(20, 28)
  expect(timeOf(new Date(2026, 1, 1).getTime() + 5)).toBe('00000005')
  expect(timeOf(new Date(2026, 2, 1).getTime() + 6)).toBe('00000006')
  expect(timeOf(new Date(2026, 1, 1).getTime() + 7)).toBe('00000007')
})

test('65 536 ids of one millisecond differ', () => {
  const ids = new UniqueIdGenerator({ ...identity, address: Buffer.alloc(16, 1) })
  const seen = new Set(Array.from({ length: 65_536 }, () => ids.next(0)))
  expect(seen.size).toBe(65_536)
  expect([...seen].every(id => /^[0-9A-F]{56}$/.test(id))).toBe(true)
})
