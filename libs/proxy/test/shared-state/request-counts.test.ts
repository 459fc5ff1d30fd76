import { FakeClock } from '@rocketmq-ts/base/testing'
import { CountsInMemory } from '../../src/shared-state/request-counts'
import { requestCountsContract } from './request-counts-contract'

requestCountsContract(() => Promise.resolve(new CountsInMemory(new FakeClock())))

test('a new stretch of time begins with the first request after the last one', async () => {
  const clock = new FakeClock()
  const counts = new CountsInMemory(clock)
  await counts.add('a', 1000)
  clock.advance(400)
  expect(await counts.add('a', 1000)).toEqual({ count: 2, remainingMs: 600 })
  clock.advance(600)
  expect(await counts.add('a', 1000)).toEqual({ count: 1, remainingMs: 1000 })
})
