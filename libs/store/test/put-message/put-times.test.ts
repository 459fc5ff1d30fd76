import { PutTimes } from '../../src/put-message/put-times'

test('puts are counted in the class of their duration', () => {
  const times = new PutTimes()
  times.record(0.3, 90)
  times.record(1, 5)
  times.record(9.9, 4)
  times.record(60_000, 1)
  expect(times.countBetween(0, 1)).toBe(90)
  expect(times.countBetween(1, 10)).toBe(9)
  expect(times.countBetween(10, 10_000)).toBe(0)
  expect(times.countBetween(10_000, Infinity)).toBe(1)
})

test('a percentile lies within the class that reaches it', () => {
  const times = new PutTimes()
  expect(times.percentileMs(0.99)).toBe(0)
  times.record(0.3, 98)
  times.record(15, 2)
  expect(times.percentileMs(0.49)).toBeCloseTo(0.5)
  expect(times.percentileMs(0.99)).toBeCloseTo(15)
  expect(times.percentileMs(1)).toBeCloseTo(20)
})
