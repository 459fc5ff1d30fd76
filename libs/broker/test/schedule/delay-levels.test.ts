import { ConfigError } from '@rocketmq-ts/base'
import { MessageIllegalError } from '../../src/messages/refusals'
import { parseDelayLevels } from '../../src/schedule/delay-levels'
import { delayLevelIn } from '../../src/schedule/delay-property'
import { JAVA_DELAY_LEVELS } from '../support/messaging'

test("Java's 18 levels", () => {
  const levels = parseDelayLevels(JAVA_DELAY_LEVELS)
  expect(levels.levelMax).toBe(18)
  expect([1, 2, 4, 5, 17, 18, 99].map(level => levels.delayMs(level))).toEqual([
    ...[1_000, 5_000, 30_000, 60_000, 3_600_000, 7_200_000, 7_200_000],
  ])
  expect(parseDelayLevels('2d').delayMs(1)).toBe(172_800_000)
})

test.each(['', '1s  5s', '1x', 's', '-1s'])('"%s" is refused with the cure', text => {
  expect(() => parseDelayLevels(text)).toThrow(ConfigError)
})

test('the property is a number or refused', () => {
  expect([null, '0', '-1', '+3', '18'].map(delayLevelIn)).toEqual([0, 0, -1, 3, 18])
  for (const text of ['abc', '1.5', '', ' 1', '99999999999'])
    expect(() => delayLevelIn(text)).toThrow(MessageIllegalError)
})
