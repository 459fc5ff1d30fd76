import type { Clock, Log } from '@rocketmq-ts/base'
import { defaultSubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import type { SubscriptionGroupTable as Content, DataVersion, SubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import { alterAttributes } from '../attributes/alter-attributes'
import type { BrokerConfig } from '../broker-config'
import { firstDataVersion, nextDataVersion } from '../data-version'
import { groupNameProblem } from '../topics/topic-validator'
import { bootGroups, isSystemGroup } from './boot-groups'
import { subscriptionGroupAttributes } from './subscription-group-attributes'

export interface SubscriptionGroupTableDeps {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

export type SubscriptionGroupTableConfig = Pick<BrokerConfig, 'autoCreateSubscriptionGroup' | 'enableCreateSysGroup'>

/** Bits of what a group may not do with a topic, by topic, by group. */
export type ForbiddenTable = ReadonlyMap<string, ReadonlyMap<string, number>>

/** Bits of the forbidden table. Source: broker/processor/AdminBrokerProcessor.java */
export const ForbiddenBit = { CONSUME: 2 } as const

/** The consumer groups of this broker. Source: broker/subscription/SubscriptionGroupManager.java */
export class SubscriptionGroupTable {
  private readonly groups = new Map<string, SubscriptionGroupConfig>()
  private readonly forbidden = new Map<string, Map<string, number>>()
  private readonly listeners: (() => void)[] = []
  private changedKeys = new Set<string>()
  private version: DataVersion

  constructor(
    private readonly config: SubscriptionGroupTableConfig,
    private readonly deps: SubscriptionGroupTableDeps,
  ) {
    for (const group of bootGroups()) this.groups.set(group.groupName, group)
    this.version = firstDataVersion(deps.clock.nowMs())
  }

  get dataVersion(): DataVersion {
    return this.version
  }

  /** The group, made if it is missing and may be made; null otherwise. */
  find(group: string): SubscriptionGroupConfig | null {
    const existing = this.groups.get(group)
    if (existing) return existing
    if (!this.mayCreate(group)) return null
    const created = defaultSubscriptionGroupConfig(group)
    this.put(created)
    return created
  }

  /** The group, or null: makes none. */
  findExisting(group: string): SubscriptionGroupConfig | null {
    return this.groups.get(group) ?? null
  }

  all(): ReadonlyMap<string, SubscriptionGroupConfig> {
    return this.groups
  }

  /** Names of the groups that were put, forbidden something or deleted since this was last asked. */
  takeChangedKeys(): ReadonlySet<string> {
    const keys = this.changedKeys
    this.changedKeys = new Set()
    return keys
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener)
  }

  /** Makes or replaces groups, as one change. */
  put(...groups: readonly SubscriptionGroupConfig[]): void {
    for (const group of groups) {
      const known = this.groups.has(group.groupName)
      this.groups.set(group.groupName, group)
      this.deps.log.info({ group }, known ? 'subscription group updated' : 'subscription group created')
    }
    this.changed(...groups.map(group => group.groupName))
  }

  /**
   * As `put`, for what an operator asks: `attributes` are alterations (`+name` sets, `-name` removes) of what each group
   * has. Throws IllegalAttributeError, and then nothing is changed.
   */
  update(...groups: readonly SubscriptionGroupConfig[]): void {
    this.put(
      ...groups.map(group => ({
        ...group,
        attributes: alterAttributes({
          allowed: subscriptionGroupAttributes,
          current: this.groups.get(group.groupName)?.attributes ?? null,
          changes: group.attributes,
        }),
      })),
    )
  }

  /** Forgets the group; false if there is none. Its offsets are not touched. */
  delete(group: string): boolean {
    if (this.forbidden.delete(group)) this.changedKeys.add(group)
    if (!this.groups.delete(group)) return false
    this.deps.log.info({ group }, 'subscription group deleted')
    this.changed(group)
    return true
  }

  isForbidden(group: string, topic: string, bit: number): boolean {
    return ((this.forbidden.get(group)?.get(topic) ?? 0) & (1 << bit)) !== 0
  }

  setForbidden(rule: {
    readonly group: string
    readonly topic: string
    readonly bit: number
    readonly isForbidden: boolean
  }): void {
    const { group, topic, bit, isForbidden } = rule
    const topics = this.forbidden.get(group) ?? new Map<string, number>()
    const bits = isForbidden ? (topics.get(topic) ?? 0) | (1 << bit) : (topics.get(topic) ?? 0) & ~(1 << bit)
    if (bits === 0) topics.delete(topic)
    else topics.set(topic, bits)
    if (topics.size === 0) this.forbidden.delete(group)
    else this.forbidden.set(group, topics)
    this.deps.log.info({ group, topic, bits }, 'forbidden topics of a subscription group changed')
    this.changed(group)
  }

  forbiddenTable(): ForbiddenTable {
    return this.forbidden
  }

  /** What subscriptionGroup.json and GET_ALL_SUBSCRIPTIONGROUP_CONFIG hold. */
  content(): Content {
    return { subscriptionGroupTable: this.groups, forbiddenTable: this.forbidden, dataVersion: this.version }
  }

  /** Adds what subscriptionGroup.json held, before anything was changed here. */
  restore({ subscriptionGroupTable, forbiddenTable, dataVersion }: Content): void {
    for (const [group, config] of subscriptionGroupTable) this.groups.set(group, config)
    for (const [group, topics] of forbiddenTable) this.forbidden.set(group, new Map(topics))
    this.version = dataVersion
  }

  private mayCreate(group: string): boolean {
    const { autoCreateSubscriptionGroup, enableCreateSysGroup } = this.config
    const isAllowed = autoCreateSubscriptionGroup || (enableCreateSysGroup && isSystemGroup(group))
    return isAllowed && groupNameProblem(group) === null
  }

  private changed(...groups: readonly string[]): void {
    for (const group of groups) this.changedKeys.add(group)
    this.version = nextDataVersion(this.version, this.deps.clock.nowMs())
    for (const listener of this.listeners) listener()
  }
}
