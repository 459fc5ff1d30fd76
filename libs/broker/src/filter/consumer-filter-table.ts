import { RefusedError } from '@rocketmq-ts/base'
import type { Clock, Log } from '@rocketmq-ts/base'
import { BloomFilter } from '@rocketmq-ts/filter'
import type {
  BloomFilterData,
  ConsumerFilterDataContent as KeptData,
  ConsumerFilterTableContent,
  SubscriptionData,
} from '@rocketmq-ts/protocol'
import type { BrokerConfig } from '../broker-config'
import type { SqlFilter, SqlFilters } from './sql-filter'
import { isTagType } from './subscription-expression'

/** What a group takes of a topic. Source: broker/filter/ConsumerFilterData.java */
export interface ConsumerFilterData {
  readonly group: string
  readonly topic: string
  readonly expression: string
  readonly expressionType: string
  readonly filter: SqlFilter
  readonly bloomFilterData: BloomFilterData
  readonly bornTime: number
  /** Of the subscription that a consumer came with last. */
  clientVersion: number
  /** When the last consumer left; 0 while there are any. */
  deadTime: number
}

export interface ConsumerFilterTableLimits {
  /** Groups times topics. One more is not taken, and its pulls are refused. */
  readonly filterDataCountMax: number
}

export const consumerFilterTableLimits: ConsumerFilterTableLimits = { filterDataCountMax: 100_000 }

export interface ConsumerFilterTableDeps {
  readonly limits: ConsumerFilterTableLimits
  readonly sqlFilters: Pick<SqlFilters, 'compiled'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

export type ConsumerFilterTableConfig = Pick<
  BrokerConfig,
  'expectConsumerNumUseFilter' | 'filterDataCleanTimeSpan' | 'maxErrorRateOfBloomFilter'
>

/** So long ago, at the latest, the consumers of before a restart were last seen. */
const LAST_SEEN_MS = 30_000

/**
 * The SQL92 expressions of all groups, learnt from heartbeats and kept for a day after the last consumer has gone.
 * Source: broker/filter/ConsumerFilterManager.java
 */
export class ConsumerFilterTable {
  private readonly byGroup = new Map<string, Map<string, ConsumerFilterData>>()
  /** The same by topic, then by group. */
  private readonly byTopic = new Map<string, Map<string, ConsumerFilterData>>()
  private readonly bloomFilter: BloomFilter
  private dataCount = 0
  private changeCount = 0

  constructor(
    private readonly config: ConsumerFilterTableConfig,
    private readonly deps: ConsumerFilterTableDeps,
  ) {
    this.bloomFilter = new BloomFilter({
      errorRatePercent: config.maxErrorRateOfBloomFilter,
      expectedCount: config.expectConsumerNumUseFilter,
    })
  }

  /** Another number whenever `content` has changed. */
  get revision(): number {
    return this.changeCount
  }

  find(group: string, topic: string): ConsumerFilterData | null {
    return this.byGroup.get(group)?.get(topic) ?? null
  }

  /** What all groups want of the topic, the gone ones too. */
  ofTopic(topic: string): Iterable<ConsumerFilterData> {
    return this.byTopic.get(topic)?.values() ?? []
  }

  /** What a heartbeat says of a group: all its subscriptions. An expression that is wrong takes the place of none. */
  register(group: string, subscriptions: readonly SubscriptionData[]): void {
    for (const subscription of subscriptions) {
      const { expressionType, subString } = subscription
      if (!isTagType(expressionType) && subString !== null && subString !== '') {
        this.registerOne(group, { ...subscription, subString })
      }
    }
    const known = this.byGroup.get(group)
    if (known === undefined) return
    const topics = new Set(subscriptions.map(({ topic }) => topic))
    for (const data of known.values()) if (!topics.has(data.topic)) this.die(data)
  }

  /** The last consumer of the group has left. */
  readonly onGroupGone = (group: string): void => {
    for (const data of this.byGroup.get(group)?.values() ?? []) this.die(data)
  }

  content(): ConsumerFilterTableContent {
    this.forgetLongDead()
    const filterDataByTopic = new Map<string, { topic: string; groupFilterData: Map<string, KeptData> }>()
    for (const data of this.all()) {
      const { topic, group } = data
      let ofTopic = filterDataByTopic.get(topic)
      if (!ofTopic) filterDataByTopic.set(topic, (ofTopic = { topic, groupFilterData: new Map<string, KeptData>() }))
      ofTopic.groupFilterData.set(group, keptDataOf(data))
    }
    return { filterDataByTopic }
  }

  /** Consumers of before count as gone until they come again. Other bits than this broker's: all is forgotten. */
  restore({ filterDataByTopic }: ConsumerFilterTableContent): void {
    const all = [...filterDataByTopic.values()].flatMap(({ groupFilterData }) => [...groupFilterData.values()])
    if (!all.every(({ bloomFilterData }) => this.isOfThisBroker(bloomFilterData))) {
      this.deps.log.warn(
        { filterDataCount: all.length },
        'the kept consumer filters have other bits: they are forgotten',
      )
      return
    }
    const lastSeenMs = this.deps.clock.nowMs() - LAST_SEEN_MS
    for (const kept of all) {
      const { consumerGroup: group, topic, expression, expressionType, bornTime, clientVersion, deadTime } = kept
      const filter = this.compiled({ group, topic, subString: expression, expressionType: expressionType ?? '' })
      if (filter === null) continue
      const whenGone = { deadTime: deadTime === 0 ? Math.max(bornTime, lastSeenMs) : deadTime }
      const told = { group, topic, expression: expression ?? '', expressionType: expressionType ?? '', filter }
      this.put({ ...told, ...whenGone, bloomFilterData: this.bloomFilterDataOf(group, topic), bornTime, clientVersion })
    }
  }

  private registerOne(group: string, subscription: SubscriptionData & { readonly subString: string }): void {
    const { topic, expressionType, subString: expression, subVersion: clientVersion } = subscription
    const old = this.find(group, topic)
    const isSame = old?.expression === expression && old.expressionType === expressionType
    if (old !== null && (clientVersion <= old.clientVersion || isSame)) {
      if (clientVersion >= old.clientVersion) this.renew(old, clientVersion)
      return
    }
    const filter = this.compiled({ group, topic, subString: expression, expressionType })
    if (filter === null) {
      this.remove(group, topic)
      return
    }
    const bloomFilterData = this.bloomFilterDataOf(group, topic)
    const times = { bornTime: this.deps.clock.nowMs(), deadTime: 0, clientVersion }
    this.put({ group, topic, expression, expressionType, filter, bloomFilterData, ...times })
  }

  /** Null if the expression is wrong; who pulls by it is told. */
  private compiled(
    given: Pick<ConsumerFilterData, 'group' | 'topic'> & Pick<SubscriptionData, 'subString' | 'expressionType'>,
  ): SqlFilter | null {
    try {
      return this.deps.sqlFilters.compiled(given)
    } catch (err) {
      if (!(err instanceof RefusedError)) throw err
      this.deps.log.warn({ err, group: given.group, topic: given.topic }, 'consumer filter is not taken')
      return null
    }
  }

  private put(data: ConsumerFilterData): void {
    const { group, topic } = data
    if (this.dataCount >= this.deps.limits.filterDataCountMax && this.find(group, topic) === null) {
      this.deps.log.warn({ group, topic }, 'consumer filter is not taken: there are too many')
      return
    }
    if (this.find(group, topic) === null) this.dataCount += 1
    mapOf(this.byGroup, group).set(topic, data)
    mapOf(this.byTopic, topic).set(group, data)
    this.changeCount += 1
  }

  private remove(group: string, topic: string): void {
    if (!removeFrom(this.byGroup, group, topic)) return
    removeFrom(this.byTopic, topic, group)
    this.dataCount -= 1
    this.changeCount += 1
  }

  private renew(data: ConsumerFilterData, clientVersion: number): void {
    if (data.clientVersion === clientVersion && !isDead(data)) return
    data.clientVersion = clientVersion
    data.deadTime = 0
    this.changeCount += 1
  }

  private die(data: ConsumerFilterData): void {
    if (isDead(data)) return
    data.deadTime = this.deps.clock.nowMs()
    this.changeCount += 1
  }

  private forgetLongDead(): void {
    const latestMs = this.deps.clock.nowMs() - this.config.filterDataCleanTimeSpan
    for (const data of [...this.all()]) {
      if (isDead(data) && data.deadTime <= latestMs) this.remove(data.group, data.topic)
    }
  }

  private *all(): Iterable<ConsumerFilterData> {
    for (const ofGroup of this.byGroup.values()) yield* ofGroup.values()
  }

  private bloomFilterDataOf(group: string, topic: string): BloomFilterData {
    return { bitNum: this.bloomFilter.bitCount, bitPos: this.bloomFilter.bitsOf(`${group}#${topic}`) }
  }

  private isOfThisBroker(data: BloomFilterData | null): boolean {
    const { bitCount, bitsPerWord } = this.bloomFilter
    return data?.bitNum === bitCount && data.bitPos.length === bitsPerWord
  }
}

function mapOf<T>(maps: Map<string, Map<string, T>>, key: string): Map<string, T> {
  let map = maps.get(key)
  if (!map) maps.set(key, (map = new Map<string, T>()))
  return map
}

/** False if it is not there. */
function removeFrom<T>(maps: Map<string, Map<string, T>>, key: string, innerKey: string): boolean {
  const map = maps.get(key)
  if (map?.delete(innerKey) !== true) return false
  if (map.size === 0) maps.delete(key)
  return true
}

function keptDataOf(data: ConsumerFilterData): KeptData {
  const { group, topic, expression, expressionType, bloomFilterData, bornTime, clientVersion, deadTime } = data
  const dead = isDead(data)
  const kept = { topic, expression, expressionType, bloomFilterData, bornTime, clientVersion, deadTime }
  return { ...kept, consumerGroup: group, dead }
}

function isDead({ bornTime, deadTime }: Pick<ConsumerFilterData, 'bornTime' | 'deadTime'>): boolean {
  return deadTime >= bornTime
}
