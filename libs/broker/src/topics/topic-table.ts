import type { Clock, Log } from '@rocketmq-ts/base'
import { TopicPermission } from '@rocketmq-ts/protocol'
import type { DataVersion, TopicConfig, TopicConfigTable } from '@rocketmq-ts/protocol'
import { alterAttributes } from '../attributes/alter-attributes'
import type { BrokerConfig } from '../broker-config'
import { firstDataVersion, nextDataVersion } from '../data-version'
import { bootTopics } from './boot-topics'
import type { BootTopicsConfig } from './boot-topics'
import { isInherited } from './permission'
import { topicAttributes } from './topic-attributes'
import { topicConfigOf, TopicSysFlag } from './topic-config'
import { SystemTopic } from './topic-names'
import { isSystemTopic, systemTopics } from './topic-validator'

export interface TopicTableDeps {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

export type TopicTableConfig = BootTopicsConfig & Pick<BrokerConfig, 'autoCreateTopicEnable'>

/** A topic that a message is on its way to. */
export interface TopicForSend {
  readonly topic: string
  /** The topic that a new one takes its settings from: TBW102 unless the producer names another. */
  readonly defaultTopic: string
  readonly defaultTopicQueueNums: number
  readonly unitMode: boolean
  readonly remoteAddress: string
}

/** A topic that the broker itself is about to need: of retries, of dead letters. */
export interface TopicForSendBack {
  readonly topic: string
  readonly queueNums: number
  readonly perm: number
  /** The consumers are in units: sets the unit flag of the subscription. */
  readonly unitMode?: boolean
  /** Left as it is when not given. */
  readonly order?: boolean
}

/**
 * Told of every change after it was made. `changed` are the topics that NameServers must hear of at once; it is empty
 * when a topic was deleted or only its order flag was set. `made` are those of them that were not there before.
 */
export type TopicChangeListener = (changed: readonly TopicConfig[], made: readonly TopicConfig[]) => void

/** The topics of this broker. A topic is a value: a change puts a new one. Source: broker/topic/TopicConfigManager.java */
export class TopicTable {
  private readonly topics = new Map<string, TopicConfig>()
  private readonly ownSystemTopics: ReadonlySet<string>
  private readonly listeners: TopicChangeListener[] = []
  private changedKeys = new Set<string>()
  private version: DataVersion

  constructor(
    private readonly config: TopicTableConfig,
    private readonly deps: TopicTableDeps,
  ) {
    const topics = bootTopics(config)
    for (const topic of topics) this.topics.set(topic.topicName, topic)
    this.ownSystemTopics = new Set([...systemTopics, ...topics.map(topic => topic.topicName)])
    this.version = firstDataVersion(deps.clock.nowMs())
  }

  get dataVersion(): DataVersion {
    return this.version
  }

  find(topic: string): TopicConfig | null {
    return this.topics.get(topic) ?? null
  }

  all(): ReadonlyMap<string, TopicConfig> {
    return this.topics
  }

  isOrdered(topic: string): boolean {
    return this.topics.get(topic)?.order === true
  }

  isSystemTopic(topic: string): boolean {
    return this.ownSystemTopics.has(topic) || isSystemTopic(topic)
  }

  /** Those of every broker and those named for this one and its cluster. */
  systemTopics(): ReadonlySet<string> {
    return this.ownSystemTopics
  }

  /** Names of the topics that were put, changed or deleted since this was last asked. */
  takeChangedKeys(): ReadonlySet<string> {
    const keys = this.changedKeys
    this.changedKeys = new Set()
    return keys
  }

  onChange(listener: TopicChangeListener): void {
    this.listeners.push(listener)
  }

  /** The topic, made like `defaultTopic` if it is missing; null when it may not be made. */
  ensureForSend(wanted: TopicForSend): TopicConfig | null {
    const existing = this.topics.get(wanted.topic)
    if (existing) return existing
    const template = this.findTemplate(wanted)
    if (!template) return null
    const queueNums = Math.max(0, Math.min(wanted.defaultTopicQueueNums, template.writeQueueNums))
    const created = topicConfigOf({
      topicName: wanted.topic,
      readQueueNums: queueNums,
      writeQueueNums: queueNums,
      perm: template.perm & ~TopicPermission.INHERIT,
      topicSysFlag: wanted.unitMode ? TopicSysFlag.UNIT : 0,
      topicFilterType: template.topicFilterType,
    })
    this.put(created)
    return created
  }

  /** The topic, made with these queues and permissions if it is missing; its order flag follows `wanted`. */
  ensureForSendBack(wanted: TopicForSendBack): TopicConfig {
    const { topic, queueNums, perm, unitMode = false } = wanted
    const existing = this.topics.get(topic)
    const order = wanted.order ?? existing?.order ?? false
    if (existing?.order === order) return existing
    const ensured = existing
      ? { ...existing, order }
      : topicConfigOf({
          topicName: topic,
          readQueueNums: queueNums,
          writeQueueNums: queueNums,
          perm,
          topicSysFlag: unitMode ? TopicSysFlag.UNIT_SUBSCRIPTION : 0,
          order,
        })
    this.put(ensured)
    return ensured
  }

  /** The topic; `wanted` becomes it if there is none. */
  ensure(wanted: TopicConfig): TopicConfig {
    const existing = this.topics.get(wanted.topicName)
    if (existing) return existing
    this.put(wanted)
    return wanted
  }

  /** Makes or replaces topics, as one change. */
  put(...topics: readonly TopicConfig[]): void {
    const made = topics.filter(topic => !this.topics.has(topic.topicName))
    for (const topic of topics) {
      this.set(topic)
      this.deps.log.info({ topic }, made.includes(topic) ? 'topic created' : 'topic updated')
    }
    this.changed(topics, made)
  }

  /**
   * As `put`, for what an operator asks: `attributes` are alterations (`+name` sets, `-name` removes) of what each topic
   * has. Throws IllegalAttributeError, and then nothing is changed.
   */
  update(...topics: readonly TopicConfig[]): void {
    this.put(
      ...topics.map(topic => ({
        ...topic,
        attributes: alterAttributes({
          allowed: topicAttributes,
          current: this.topics.get(topic.topicName)?.attributes ?? null,
          changes: topic.attributes,
        }),
      })),
    )
  }

  /** Forgets the topic; false if there is none. Its messages and offsets are not touched. */
  delete(topic: string): boolean {
    if (!this.topics.delete(topic)) return false
    this.changedKeys.add(topic)
    this.deps.log.info({ topic }, 'topic deleted')
    this.changed([], [])
    return true
  }

  /** Turns the order flag of these topics on. NameServers name ordered topics; they never take the flag away. */
  markOrdered(topics: Iterable<string>): void {
    const turned = [...topics].filter(topic => this.topics.get(topic)?.order === false)
    for (const topic of turned) {
      const config = this.topics.get(topic)
      if (config) this.set({ ...config, order: true })
    }
    if (turned.length > 0) this.changed([], [])
  }

  /** A new version without a change of a topic: what NameServers were told of all topics has changed. */
  bumpVersion(): void {
    this.version = nextDataVersion(this.version, this.deps.clock.nowMs())
  }

  content(): TopicConfigTable {
    return { topicConfigTable: this.topics, dataVersion: this.version }
  }

  /** Adds what topics.json held, before anything was changed here. */
  restore({ topicConfigTable, dataVersion }: TopicConfigTable): void {
    for (const [topic, config] of topicConfigTable) this.topics.set(topic, config)
    this.version = dataVersion
  }

  private findTemplate({ topic, defaultTopic, remoteAddress }: TopicForSend): TopicConfig | null {
    const template = this.topics.get(defaultTopic)
    if (!template) {
      this.deps.log.warn({ topic, defaultTopic, remoteAddress }, 'topic not created: no such default topic')
      return null
    }
    if (defaultTopic === SystemTopic.AUTO_CREATE && !this.config.autoCreateTopicEnable) {
      // Java takes INHERIT away for good: switching creation on again takes a restart.
      this.set({ ...template, perm: TopicPermission.READ | TopicPermission.WRITE })
      return null
    }
    if (isInherited(template.perm)) return template
    this.deps.log.warn({ topic, defaultTopic, perm: template.perm, remoteAddress }, 'topic not created: no permission')
    return null
  }

  private set(topic: TopicConfig): void {
    this.topics.set(topic.topicName, topic)
    this.changedKeys.add(topic.topicName)
  }

  private changed(topics: readonly TopicConfig[], made: readonly TopicConfig[]): void {
    this.bumpVersion()
    for (const listener of this.listeners) listener(topics, made)
  }
}
