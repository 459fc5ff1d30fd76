import type { Clock } from '@rocketmq-ts/base'
import type { MessageStore } from '@rocketmq-ts/store'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import type { PopInflightMessages } from '../pop/pop-inflight-messages'
import type { PopOffsets } from '../pop/pop-offsets'

export interface ConsumerLagDeps {
  readonly store: Pick<MessageStore, 'maxOffset' | 'storeTimestampOf'>
  readonly offsets: Pick<ConsumerOffsetTable, 'query' | 'queryPull'>
  readonly popRuns: { readonly offsets: Pick<PopOffsets, 'next'>; readonly inflight: Pick<PopInflightMessages, 'of'> }
  readonly clock: Pick<Clock, 'nowMs'>
}

export interface LaggingQueues {
  readonly group: string
  readonly topic: string
  readonly queueCount: number
  readonly isPop: boolean
}

/** How far a group is behind in some queues. Counts are of messages, filtered or not; times are ms, 0 if none waits. */
export interface ConsumerLag {
  /** Not acknowledged, or not committed. */
  readonly lag: number
  /** Age of the oldest of them. */
  readonly lagLatencyMs: number
  /** Given out, and not acknowledged. */
  readonly inflight: number
  /** Not given out. */
  readonly ready: number
  /** Age of the oldest of them. */
  readonly queueingLatencyMs: number
}

/** The places of a group in a queue: committed <= given <= max. */
interface Places {
  readonly committed: number
  readonly given: number
  readonly max: number
}

/** Rejects with StorageError. Source: broker/metrics/ConsumerLagCalculator.java */
export async function consumerLag(queues: LaggingQueues, deps: ConsumerLagDeps): Promise<ConsumerLag> {
  const { group, topic, queueCount, isPop } = queues
  let lag = 0
  let inflight = 0
  let ready = 0
  let oldestUnconsumedMs = Infinity
  let oldestReadyMs = Infinity
  for (let queueId = 0; queueId < queueCount; queueId += 1) {
    const places = isPop ? popPlaces(group, topic, queueId, deps) : pullPlaces(group, topic, queueId, deps)
    const { committed, given, max } = places
    lag += max - committed
    inflight += given - committed
    ready += max - given
    if (committed < max)
      oldestUnconsumedMs = Math.min(oldestUnconsumedMs, await timeOf(topic, queueId, committed, deps))
    if (given < max) oldestReadyMs = Math.min(oldestReadyMs, await timeOf(topic, queueId, given, deps))
  }
  const nowMs = deps.clock.nowMs()
  const age = (storedMs: number): number => (storedMs === Infinity ? 0 : Math.max(0, nowMs - storedMs))
  return { lag, inflight, ready, lagLatencyMs: age(oldestUnconsumedMs), queueingLatencyMs: age(oldestReadyMs) }
}

/** A group without an offset has not begun: nothing waits for it. */
function pullPlaces(group: string, topic: string, queueId: number, { store, offsets }: ConsumerLagDeps): Places {
  const max = store.maxOffset(topic, queueId)
  const known = offsets.query(group, topic, queueId)
  const committed = known < 0 ? max : Math.min(known, max)
  return { committed, given: clamp(offsets.queryPull(group, topic, queueId), committed, max), max }
}

/** What is given out is known while there is a limit on it (`enablePopMessageThreshold`), as in Java. */
function popPlaces(group: string, topic: string, queueId: number, { store, popRuns }: ConsumerLagDeps): Places {
  const max = store.maxOffset(topic, queueId)
  const given = Math.min(popRuns.offsets.next({ group, topic, queueId }) ?? max, max)
  return { committed: Math.max(0, given - popRuns.inflight.of({ group, topic, queueId })), given, max }
}

async function timeOf(topic: string, queueId: number, offset: number, { store }: ConsumerLagDeps): Promise<number> {
  return (await store.storeTimestampOf(topic, queueId, offset)) ?? Infinity
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}
