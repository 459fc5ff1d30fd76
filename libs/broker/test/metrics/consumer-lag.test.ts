import { FakeClock } from '@rocketmq-ts/base/testing'
import { consumerLag } from '../../src/metrics/consumer-lag'
import type { ConsumerLagDeps } from '../../src/metrics/consumer-lag'

const clock = new FakeClock(10_000)

interface Queue {
  readonly max: number
  readonly committed?: number
  readonly pulled?: number
  readonly nextPop?: number
  readonly popped?: number
}

/** Message n of a queue was stored at n * 1000 ms. */
function depsOf(queues: readonly Queue[]): ConsumerLagDeps {
  return {
    store: {
      maxOffset: (_topic, queueId) => queues[queueId]?.max ?? 0,
      storeTimestampOf: (_topic, _queueId, offset) => Promise.resolve(offset * 1000),
    },
    offsets: {
      query: (_group, _topic, queueId) => queues[queueId]?.committed ?? -1,
      queryPull: (_group, _topic, queueId) => queues[queueId]?.pulled ?? -1,
    },
    popRuns: {
      offsets: { next: ({ queueId }) => queues[queueId]?.nextPop ?? null },
      inflight: { of: ({ queueId }) => queues[queueId]?.popped ?? 0 },
    },
    clock,
  }
}

const lagOf = (isPop: boolean, ...queues: readonly Queue[]) =>
  consumerLag({ group: 'GG', topic: 'GA', queueCount: queues.length, isPop }, depsOf(queues))

test('what is committed, what was given out and what waits add up over the queues', async () => {
  expect(await lagOf(false, { max: 8, committed: 3, pulled: 5 }, { max: 6, committed: 4, pulled: 4 })).toEqual({
    ...{ lag: 7, inflight: 2, ready: 5 },
    ...{ lagLatencyMs: 7_000, queueingLatencyMs: 6_000 },
  })
})

test('a group that has begun nowhere waits for nothing', async () => {
  const nothing = { lag: 0, inflight: 0, ready: 0, lagLatencyMs: 0, queueingLatencyMs: 0 }
  expect(await lagOf(false, { max: 8 })).toEqual(nothing)
  expect(await lagOf(true, { max: 8 })).toEqual(nothing)
})

test('an offset beyond the queue, as a deleted topic leaves it, is no negative lag', async () => {
  expect(await lagOf(false, { max: 2, committed: 9, pulled: 12 })).toMatchObject({ lag: 0, inflight: 0, ready: 0 })
  expect(await lagOf(true, { max: 2, nextPop: 9 })).toMatchObject({ lag: 0, inflight: 0, ready: 0 })
})

test('what was popped and not acknowledged is not consumed', async () => {
  expect(await lagOf(true, { max: 8, nextPop: 6, popped: 4 })).toEqual({
    ...{ lag: 6, inflight: 4, ready: 2 },
    ...{ lagLatencyMs: 8_000, queueingLatencyMs: 4_000 },
  })
})
