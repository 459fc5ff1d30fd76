import type { Clock, Log } from '@rocketmq-ts/base'
import type { ConsumerOffsetTable as Content, DataVersion } from '@rocketmq-ts/protocol'
import type { BrokerConfig } from '../broker-config'
import { firstDataVersion, nextDataVersion } from '../data-version'
import { broadcastGroupOf, isBroadcastGroup, OffsetsByQueue, topicAtGroup } from './offsets-by-queue'

export interface ConsumerOffsetTableDeps {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

export type ConsumerOffsetTableConfig = Pick<
  BrokerConfig,
  'consumerOffsetUpdateVersionStep' | 'useServerSideResetOffset'
>

export interface ConsumedOffset {
  readonly group: string
  readonly topic: string
  readonly queueId: number
  /** Of the next message to consume. */
  readonly offset: number
}

/**
 * How far each group has come in each queue, and where an operator wants it to go on (a pending reset, kept until a
 * consumer has been told). Source: broker/offset/ConsumerOffsetManager.java
 */
export class ConsumerOffsetTable {
  private readonly committed = new OffsetsByQueue()
  /** How far consumers have pulled: tells what is in their hands but not consumed. */
  private readonly pulled = new OffsetsByQueue()
  private readonly resets = new OffsetsByQueue()
  /** Keys of what was committed or deleted, by what is at hand without making a text: the queues, or else the key. */
  private readonly changedKeys = new Map<unknown, string>()
  private commitCount = 0
  private changeCount = 0
  private version: DataVersion

  constructor(
    private readonly config: ConsumerOffsetTableConfig,
    private readonly deps: ConsumerOffsetTableDeps,
  ) {
    this.version = firstDataVersion(deps.clock.nowMs())
  }

  get dataVersion(): DataVersion {
    return this.version
  }

  /** Another number whenever `content` has changed. */
  get revision(): number {
    return this.changeCount
  }

  /** `topic@group` of each group and topic whose committed offsets changed since this was last asked. */
  takeChangedKeys(): ReadonlySet<string> {
    const keys = new Set(this.changedKeys.values())
    this.changedKeys.clear()
    return keys
  }

  /** May go backwards: that is a consumer's right, and logged. */
  commit({ group, topic, queueId, offset }: ConsumedOffset): void {
    const queues = this.committed.ensure(group, topic)
    const before = queues.get(queueId)
    if (before !== undefined && offset < before) {
      this.deps.log.warn({ group, topic, queueId, offset, before }, 'consumer offset goes backwards')
    }
    queues.set(queueId, offset)
    if (!this.changedKeys.has(queues)) this.changedKeys.set(queues, topicAtGroup(topic, group))
    this.changeCount += 1
    this.commitCount += 1
    if (this.commitCount % this.config.consumerOffsetUpdateVersionStep === 0) {
      this.version = nextDataVersion(this.version, this.deps.clock.nowMs())
    }
  }

  commitPull({ group, topic, queueId, offset }: ConsumedOffset): void {
    this.pulled.ensure(group, topic).set(queueId, offset)
    this.changeCount += 1
  }

  /** The pending reset if there is one, else the committed offset; -1 for none. */
  query(group: string, topic: string, queueId: number): number {
    return this.pendingReset(group, topic, queueId) ?? this.committed.find(group, topic, queueId) ?? -1
  }

  /** How far the group has pulled; as `query` while that is not known. */
  queryPull(group: string, topic: string, queueId: number): number {
    return this.pulled.find(group, topic, queueId) ?? this.query(group, topic, queueId)
  }

  /** Where the next pull must go on, or null. */
  pendingReset(group: string, topic: string, queueId: number): number | null {
    return this.config.useServerSideResetOffset ? this.resets.find(group, topic, queueId) : null
  }

  /** The next pull will be told to go on at `offset`; until then commits of the queue are ignored. */
  assignResetOffset({ group, topic, queueId, offset }: ConsumedOffset): void {
    if (topic === '' || group === '' || queueId < 0 || offset < 0) {
      this.deps.log.warn({ group, topic, queueId, offset }, 'offset reset ignored: illegal arguments')
      return
    }
    this.resets.ensure(group, topic).set(queueId, offset)
    this.committed.ensure(group, topic).set(queueId, offset)
    this.onChanged(group, topic)
  }

  /** The pending reset, which is done with this; or null. */
  eraseResetOffset(group: string, topic: string, queueId: number): number | null {
    return this.resets.take(group, topic, queueId)
  }

  /** Committed offsets by queue, or null if the group has none for the topic. */
  offsetsOf(group: string, topic: string): ReadonlyMap<number, number> | null {
    return this.committed.ofTopic(group, topic)
  }

  /** Topics that the group has offsets for. */
  topicsOf(group: string): readonly string[] {
    return this.committed.topicsOf(group)
  }

  /** Groups that have offsets for the topic. */
  groupsOf(topic: string): readonly string[] {
    return this.committed.groupsOf(topic).filter(group => !isBroadcastGroup(group))
  }

  /** Gives one group the offsets of another. */
  clone({ from, to, topic }: { readonly from: string; readonly to: string; readonly topic: string }): void {
    const source = this.committed.ofTopic(from, topic)
    if (!source) return
    const copy = [...source]
    this.committed.deleteQueues(to, topic)
    const target = this.committed.ensure(to, topic)
    for (const [queueId, offset] of copy) target.set(queueId, offset)
    this.onChanged(to, topic)
  }

  deleteGroup(group: string): void {
    for (const name of [group, broadcastGroupOf(group)]) {
      for (const topic of this.topicsOf(name)) this.onChanged(name, topic)
      for (const offsets of [this.committed, this.pulled, this.resets]) offsets.deleteGroup(name)
    }
    this.changeCount += 1
    this.deps.log.info({ group }, 'consumer offsets of a group deleted')
  }

  deleteTopic(topic: string): void {
    for (const group of this.committed.groupsOf(topic)) this.onChanged(group, topic)
    for (const offsets of [this.committed, this.pulled, this.resets]) offsets.deleteTopic(topic)
    this.changeCount += 1
    this.deps.log.info({ topic }, 'consumer offsets of a topic deleted')
  }

  /** What consumerOffset.json and GET_ALL_CONSUMER_OFFSET hold. */
  content(): Content {
    return {
      dataVersion: this.version,
      groupTopicMap: new Map(
        this.committed
          .groups()
          .filter(group => !isBroadcastGroup(group))
          .map(group => [group, this.committed.topicsOf(group)]),
      ),
      offsetTable: this.committed.byTopicAndGroup(),
      pullOffsetTable: this.pulled.byTopicAndGroup(),
    }
  }

  /** Adds what consumerOffset.json held, before anything was committed here. What was pulled is in nobody's hands any more. */
  restore({ offsetTable, dataVersion }: Content): void {
    this.committed.addAll(offsetTable)
    this.version = dataVersion
  }

  private onChanged(group: string, topic: string): void {
    const key = topicAtGroup(topic, group)
    this.changedKeys.set(key, key)
    this.changeCount += 1
  }
}
