import type { Clock, Component, Timer } from '@rocketmq-ts/base'
import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import type { MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import { broadcastGroupOf } from '../consumer-offsets/offsets-by-queue'
import type { ConsumedOffset, ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import type { Broadcaster } from './broadcaster'

const COMMIT_PERIOD_MS = 5_000

/** Clients of broadcasting groups whose offsets are remembered, once for each topic; one more begins where it says. */
export const BROADCASTER_COUNT_MAX = 20_000

export type BroadcastOffsetConfig = Pick<BrokerConfig, 'broadcastOffsetExpireSecond' | 'broadcastOffsetExpireMaxSecond'>

export interface BroadcastOffsetTableDeps {
  readonly offsets: Pick<ConsumerOffsetTable, 'commit' | 'query'>
  readonly store: Pick<MessageStore, 'isInMemory' | 'maxOffset'>
  readonly consumers: Pick<ConsumerTable, 'findClient'>
  readonly clock: Pick<Clock, 'every' | 'nowMs'>
}

/** A pull of a broadcaster. */
export interface BroadcastPull extends ConsumedOffset {
  readonly broadcaster: Broadcaster
}

interface Progress {
  readonly group: string
  readonly topic: string
  readonly clients: Map<string, ClientProgress>
}

interface ClientProgress {
  isFromProxy: boolean
  renewedMs: number
  /** Of the next message to pull, by queue. */
  readonly offsets: Map<number, number>
}

/**
 * How far each client of a broadcasting group has pulled. It keeps that itself; but one that goes over from a proxy to
 * this broker, or the other way, or begins at a proxy, knows nothing and is told here. What the slowest client has got
 * is committed for the group `GROUP@broadcast`. Source: broker/offset/BroadcastOffsetManager.java
 */
export class BroadcastOffsetTable implements Component {
  private readonly groups = new Map<string, Map<string, Progress>>()
  private clientCount = 0
  private timer: Timer | null = null

  constructor(
    private readonly config: BroadcastOffsetConfig,
    private readonly deps: BroadcastOffsetTableDeps,
  ) {}

  start(): Promise<void> {
    this.timer = this.deps.clock.every(COMMIT_PERIOD_MS, () => this.commitAll())
    return Promise.resolve()
  }

  stop(): Promise<void> {
    if (this.timer === null) return Promise.resolve()
    this.timer.cancel()
    this.timer = null
    this.commitAll()
    return Promise.resolve()
  }

  /** Where the client is to go on instead of at `offset`, which it asks for; or null. */
  beginOffset({ group, topic, queueId, offset, broadcaster }: BroadcastPull): number | null {
    const known = this.groups.get(group)?.get(topic)?.clients.get(broadcaster.clientId)
    const wasFromProxy = known?.isFromProxy ?? broadcaster.isFromProxy
    const knowsNothing = wasFromProxy && offset < 0
    if (!knowsNothing && wasFromProxy === broadcaster.isFromProxy) return null
    return known?.offsets.get(queueId) ?? this.groupOffset(group, topic, queueId)
  }

  /** The client pulls from `offset` on. */
  pulled({ group, topic, queueId, offset, broadcaster }: BroadcastPull): void {
    const clients = this.ensure(group, topic).clients
    let client = clients.get(broadcaster.clientId)
    if (client === undefined) {
      if (this.clientCount >= BROADCASTER_COUNT_MAX) return
      client = { isFromProxy: broadcaster.isFromProxy, renewedMs: 0, offsets: new Map() }
      clients.set(broadcaster.clientId, client)
      this.clientCount += 1
    }
    client.isFromProxy = broadcaster.isFromProxy
    client.renewedMs = this.deps.clock.nowMs()
    client.offsets.set(queueId, Math.max(offset, client.offsets.get(queueId) ?? offset))
  }

  /** What all clients have got, else the beginning of a queue that is all in memory, else its end. */
  private groupOffset(group: string, topic: string, queueId: number): number {
    const { offsets, store } = this.deps
    const committed = offsets.query(broadcastGroupOf(group), topic, queueId)
    if (committed >= 0) return committed
    return store.isInMemory(topic, queueId, 0) ? 0 : store.maxOffset(topic, queueId)
  }

  private ensure(group: string, topic: string): Progress {
    let topics = this.groups.get(group)
    if (topics === undefined) this.groups.set(group, (topics = new Map<string, Progress>()))
    let progress = topics.get(topic)
    if (progress === undefined) topics.set(topic, (progress = { group, topic, clients: new Map() }))
    return progress
  }

  private commitAll(): void {
    for (const [group, topics] of this.groups) {
      for (const [topic, progress] of topics) {
        this.commit(progress)
        if (progress.clients.size === 0) topics.delete(topic)
      }
      if (topics.size === 0) this.groups.delete(group)
    }
  }

  /** Commits what the slowest client has got, and forgets those that have gone. */
  private commit({ group: name, topic, clients }: Progress): void {
    const { offsets } = this.deps
    const slowest = new Map<number, number>()
    for (const [clientId, client] of clients) {
      const { isCounted, isKept } = this.judge(name, clientId, client)
      if (isCounted) {
        for (const [queueId, offset] of client.offsets) {
          slowest.set(queueId, Math.min(offset, slowest.get(queueId) ?? offset))
        }
      }
      if (!isKept && clients.delete(clientId)) this.clientCount -= 1
    }
    const group = broadcastGroupOf(name)
    for (const [queueId, offset] of slowest) {
      if (offsets.query(group, topic, queueId) !== offset) offsets.commit({ group, topic, queueId, offset })
    }
  }

  private judge(
    group: string,
    clientId: string,
    { renewedMs }: ClientProgress,
  ): { isCounted: boolean; isKept: boolean } {
    const { clock, consumers } = this.deps
    const { broadcastOffsetExpireSecond, broadcastOffsetExpireMaxSecond } = this.config
    const silentSeconds = (clock.nowMs() - renewedMs) / 1000
    const isOnline = consumers.findClient(group, clientId) !== null
    return {
      isCounted: isOnline || silentSeconds < broadcastOffsetExpireSecond,
      isKept: silentSeconds < (isOnline ? broadcastOffsetExpireMaxSecond : broadcastOffsetExpireSecond),
    }
  }
}
