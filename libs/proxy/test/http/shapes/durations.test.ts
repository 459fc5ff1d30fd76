import * as fc from 'fast-check'
import { durationShape, msOfDurationText } from '../../../src/http/shapes/durations'

test.each([
  ['0s', 0],
  ['500ms', 500],
  ['10s', 10_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
  ['PT10S', 10_000],
  ['PT1H30M', 5_400_000],
])('%s is %d ms', (text, ms) => {
  expect(durationShape.parse(text)).toBe(ms)
})

test.each(['', '10', 's', '-1s', '1.5s', 'PT', 'P1D', 'PT1S1H', '1s ', ' 1s', '10S'])('"%s" is no duration', text => {
  expect(durationShape.safeParse(text).success).toBe(false)
})

test('what the pattern lets through is a number', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12, unit: fc.constantFrom(...'0123456789PTHMSmshd'.split('')) }), text => {
      const { success, data } = durationShape.safeParse(text)
      expect(success).toBe(!Number.isNaN(msOfDurationText(text)))
      if (success) expect(data).toBeGreaterThanOrEqual(0)
    }),
  )
})
