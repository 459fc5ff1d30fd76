import type { Clock, Component, Timer } from '@rocketmq-ts/base'
import { SampledCounter, SAMPLING, type StatsWindow } from './sampled-counter'

/** Statistics by topic: their keys are topics. Source: store/stats/BrokerStatsManager.java */
export const TOPIC_STATISTICS = ['TOPIC_PUT_NUMS', 'TOPIC_PUT_SIZE'] as const
/** Statistics by topic and group: their keys are `topic@group`. */
export const GROUP_STATISTICS = ['GROUP_GET_NUMS', 'GROUP_GET_SIZE', 'SNDBCK_PUT_NUMS', 'DLQ_PUT_NUMS'] as const
/** Statistics of the whole broker: their key is the cluster's name. */
export const BROKER_STATISTICS = ['BROKER_PUT_NUMS', 'BROKER_GET_NUMS'] as const

type Counters<Name extends string> = Readonly<Record<Name, SampledCounter>>
type TopicCounters = Counters<(typeof TOPIC_STATISTICS)[number]>
type GroupCounters = Counters<(typeof GROUP_STATISTICS)[number]>
type BrokerCounters = Counters<(typeof BROKER_STATISTICS)[number]>

const WINDOWS = Object.keys(SAMPLING) as StatsWindow[]

export interface TopicTotals {
  readonly topic: string
  readonly messageCount: number
  readonly bytes: number
}

export interface GroupTotals extends TopicTotals {
  readonly group: string
  readonly deadLetterCount: number
}

export interface BrokerStatisticsDeps {
  readonly clock: Pick<Clock, 'nowMs' | 'every'>
}

/**
 * Who sent and took how much. Nested maps rather than joined keys, so that counting a message makes no string. What is
 * counted is bounded by the topics and groups there are: those deleted are forgotten.
 */
export class BrokerStatistics implements Component {
  private readonly topics = new Map<string, TopicCounters>()
  private readonly groups = new Map<string, Map<string, GroupCounters>>()
  private readonly broker: BrokerCounters
  private timers: Timer[] = []

  constructor(
    private readonly clusterName: string,
    private readonly deps: BrokerStatisticsDeps,
  ) {
    this.broker = this.counters(BROKER_STATISTICS)
  }

  start(): Promise<void> {
    const { clock } = this.deps
    this.timers = WINDOWS.map(window => clock.every(SAMPLING[window].periodMs, () => this.sample(window)))
    return Promise.resolve()
  }

  stop(): Promise<void> {
    for (const timer of this.timers.splice(0)) timer.cancel()
    return Promise.resolve()
  }

  /** Messages were stored for a topic. */
  onPut(topic: string, messageCount: number, storedBytes: number): void {
    let counters = this.topics.get(topic)
    if (counters === undefined) this.topics.set(topic, (counters = this.counters(TOPIC_STATISTICS)))
    counters.TOPIC_PUT_NUMS.add(messageCount, 1)
    counters.TOPIC_PUT_SIZE.add(storedBytes, 1)
    this.broker.BROKER_PUT_NUMS.add(messageCount, 1)
  }

  /** Messages were given to a group. */
  onGet(group: string, topic: string, messageCount: number, bodyBytes: number): void {
    const counters = this.groupCounters(group, topic)
    counters.GROUP_GET_NUMS.add(messageCount, 1)
    counters.GROUP_GET_SIZE.add(bodyBytes, 1)
    this.broker.BROKER_GET_NUMS.add(messageCount, 1)
  }

  /** A consumer gave a message back. */
  onSendBack(group: string, topic: string): void {
    this.groupCounters(group, topic).SNDBCK_PUT_NUMS.add(1, 1)
  }

  /** A message went to the dead letters of a group. */
  onDeadLetter(group: string, topic: string): void {
    this.groupCounters(group, topic).DLQ_PUT_NUMS.add(1, 1)
  }

  /** The counter that VIEW_BROKER_STATS_DATA names, or null. */
  find(statsName: string, statsKey: string): SampledCounter | null {
    const [topic = '', group] = statsKey.split('@')
    if (isOneOf(TOPIC_STATISTICS, statsName)) return this.topics.get(statsKey)?.[statsName] ?? null
    if (isOneOf(BROKER_STATISTICS, statsName)) return statsKey === this.clusterName ? this.broker[statsName] : null
    if (!isOneOf(GROUP_STATISTICS, statsName) || group === undefined) return null
    return this.groups.get(group)?.get(topic)?.[statsName] ?? null
  }

  /** Messages stored for the topic per second, over the last minute. */
  topicPutTps(topic: string): number {
    return this.topics.get(topic)?.TOPIC_PUT_NUMS.snapshot('minute', this.deps.clock.nowMs()).tps ?? 0
  }

  /** Messages of the topic given to the group per second, over the last minute. */
  groupGetTps(group: string, topic: string): number {
    return this.groups.get(group)?.get(topic)?.GROUP_GET_NUMS.snapshot('minute', this.deps.clock.nowMs()).tps ?? 0
  }

  /** What each topic got since the start. */
  *topicTotals(): Iterable<TopicTotals> {
    for (const [topic, { TOPIC_PUT_NUMS, TOPIC_PUT_SIZE }] of this.topics) {
      yield { topic, messageCount: TOPIC_PUT_NUMS.total, bytes: TOPIC_PUT_SIZE.total }
    }
  }

  /** What each group got of each topic since the start. */
  *groupTotals(): Iterable<GroupTotals> {
    for (const [group, topics] of this.groups) {
      for (const [topic, { GROUP_GET_NUMS, GROUP_GET_SIZE, DLQ_PUT_NUMS }] of topics) {
        const { total: deadLetterCount } = DLQ_PUT_NUMS
        yield { group, topic, messageCount: GROUP_GET_NUMS.total, bytes: GROUP_GET_SIZE.total, deadLetterCount }
      }
    }
  }

  /** Messages stored and given since the start. */
  get totals(): { readonly putCount: number; readonly getCount: number } {
    return { putCount: this.broker.BROKER_PUT_NUMS.total, getCount: this.broker.BROKER_GET_NUMS.total }
  }

  forgetTopic(topic: string): void {
    this.topics.delete(topic)
    for (const topics of this.groups.values()) topics.delete(topic)
  }

  forgetGroup(group: string): void {
    this.groups.delete(group)
  }

  private groupCounters(group: string, topic: string): GroupCounters {
    let topics = this.groups.get(group)
    if (topics === undefined) this.groups.set(group, (topics = new Map<string, GroupCounters>()))
    let counters = topics.get(topic)
    if (counters === undefined) topics.set(topic, (counters = this.counters(GROUP_STATISTICS)))
    return counters
  }

  private counters<Name extends string>(names: readonly Name[]): Counters<Name> {
    const nowMs = this.deps.clock.nowMs()
    return Object.fromEntries(names.map(name => [name, new SampledCounter(nowMs)])) as Counters<Name>
  }

  private sample(window: StatsWindow): void {
    const nowMs = this.deps.clock.nowMs()
    for (const counter of this.allCounters()) counter.sample(window, nowMs)
  }

  private *allCounters(): Iterable<SampledCounter> {
    yield* Object.values(this.broker)
    for (const counters of this.topics.values()) yield* Object.values(counters)
    for (const topics of this.groups.values()) {
      for (const counters of topics.values()) yield* Object.values(counters)
    }
  }
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return (names as readonly string[]).includes(name)
}
