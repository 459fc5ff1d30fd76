import { RateLimit } from '../../../src/messaging/lite/rate-limit'

test('so many pass in a second, and no more until time has gone by', () => {
  let nowMs = 5000
  const limit = new RateLimit(4, { monotonicMs: () => nowMs })
  const passed = (wanted: number): number => Array.from({ length: wanted }, () => limit.take()).filter(Boolean).length
  expect(passed(10)).toBe(4)
  nowMs += 500
  expect(passed(10)).toBe(2)
  nowMs += 60_000
  expect(passed(10)).toBe(4)
})
