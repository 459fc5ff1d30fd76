import type { GroupRetryPolicy } from '@rocketmq-ts/protocol'
import { retryDelayMsOf } from '../../src/settings/retry-delays'

const delaysOf = (policy: GroupRetryPolicy, ...reconsumeTimes: number[]): number[] =>
  reconsumeTimes.map(times => retryDelayMsOf(policy, times))

const none = { exponentialRetryPolicy: null, customizedRetryPolicy: null }

test('a group that says nothing waits ten seconds before the first retry, and two hours at most', () => {
  expect(delaysOf({ type: 'CUSTOMIZED', ...none }, 0, 1, 15, 16)).toEqual([10_000, 30_000, 7_200_000, 7_200_000])
})

test('delays of its own are counted from the third on, and the last one is for all that follow', () => {
  const next = [1, 2, 3, 4]
  expect(delaysOf({ type: 'CUSTOMIZED', ...none, customizedRetryPolicy: { next } }, 0, 1, 2, 99)).toEqual([3, 4, 4, 4])
})

test('delays that grow do so until their maximum', () => {
  const exponentialRetryPolicy = { initial: 1000, max: 60_000, multiplier: 3 }
  const policy: GroupRetryPolicy = { type: 'EXPONENTIAL', ...none, exponentialRetryPolicy }
  expect(delaysOf(policy, 0, 1, 3, 4, 1000)).toEqual([1000, 3000, 27_000, 60_000, 60_000])
})

test('delays that are to grow, nobody says how, are those of a group that says nothing', () => {
  expect(delaysOf({ type: 'EXPONENTIAL', ...none }, 0)).toEqual([10_000])
})
