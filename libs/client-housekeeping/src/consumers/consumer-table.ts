import type { Clock, Log } from '@rocketmq-ts/base'
import type { SubscriptionData } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'
import { ChannelGroups } from '../channel-groups'
import type { Client, ClientChannelInfo } from '../client-channel-info'
import { CompensatedSubscriptions } from './compensated-subscriptions'
import type { ConsumeManner } from './consumer-group-info'
import { ConsumerGroupInfo } from './consumer-group-info'
import type { ConsumerIdsChangeListener } from './consumer-ids-change-listener'
import { subscriptionText } from './subscription-kinds'

/** One consumer group of a heartbeat. */
export interface ConsumerRegistration {
  readonly group: string
  readonly client: Client
  readonly manner: ConsumeManner
  /** Null for a beat without subscriptions (`withoutSub`), which keeps what is known. */
  readonly subscriptions: readonly SubscriptionData[] | null
  /** 0 for a client that does not speak the second version of the heartbeat. */
  readonly heartbeatFingerprint: number
  /** Of the group's config: whether its members are told of changes. */
  readonly notifyConsumerIdsChangedEnable: boolean
}

export interface ConsumerRegistrationResult {
  /** A member came or the set of topics changed. */
  readonly isChanged: boolean
  /**
   * The answer IS_SUB_CHANGE of a second-version heartbeat: another member's subscriptions differ, or the beat came
   * without any and none are known here, as after a restart. The client then sends them in full.
   */
  readonly isSubscriptionChanged: boolean
}

export interface ConsumerTableDeps {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

/** Who consumes, by group. Source: broker/client/ConsumerManager.java */
export class ConsumerTable {
  readonly compensated = new CompensatedSubscriptions()
  private readonly groupTable = new Map<string, ConsumerGroupInfo>()
  private readonly channelGroups = new ChannelGroups()
  /** Groups whose members subscribe to different things. */
  private readonly inconsistent = new Set<string>()
  private readonly listeners: ConsumerIdsChangeListener[] = []
  private readonly groupGoneListeners: ((group: string) => void)[] = []

  constructor(private readonly deps: ConsumerTableDeps) {}

  onChange(listener: ConsumerIdsChangeListener): void {
    this.listeners.push(listener)
  }

  /** The last member of a group has left. */
  onGroupGone(listener: (group: string) => void): void {
    this.groupGoneListeners.push(listener)
  }

  /** Takes over one group of a heartbeat. Throws TooManyGroupsError. */
  register(registration: ConsumerRegistration): ConsumerRegistrationResult {
    const { group, client, subscriptions, heartbeatFingerprint } = registration
    const { consumeType, messageModel, consumeFromWhere } = registration.manner
    const manner = { consumeType, messageModel, consumeFromWhere } // and not the whole heartbeat that it came with
    this.channelGroups.add(client.channel, group)
    let info = this.groupTable.get(group)
    const isFingerprintOther = info !== undefined && info.heartbeatFingerprint !== heartbeatFingerprint
    if (info === undefined) this.groupTable.set(group, (info = new ConsumerGroupInfo(group, manner)))
    info.manner = manner
    info.heartbeatFingerprint = heartbeatFingerprint
    const isNewcomer = info.updateChannel(client, this.deps.clock.nowMs())
    const areTopicsChanged = subscriptions !== null && info.subscriptions.update(subscriptions)
    if (isNewcomer) this.logMember(group, client, 'consumer joined')
    if (subscriptions !== null && info.subscribe(client.channel, subscriptionText(subscriptions))) this.compare(info)
    const isChanged = isNewcomer || areTopicsChanged
    if (isChanged && registration.notifyConsumerIdsChangedEnable) this.announce(info)
    const isUnknown = subscriptions === null && info.subscriptions.size === 0
    return { isChanged, isSubscriptionChanged: isFingerprintOther || isUnknown }
  }

  /** A member takes leave. `notifyConsumerIdsChangedEnable` as in the group's config. */
  unregister(group: string, channel: Channel, notifyConsumerIdsChangedEnable: boolean): void {
    const info = this.groupTable.get(group)
    if (info === undefined) return
    const isGone = this.remove(info, channel)
    if (isGone && notifyConsumerIdsChangedEnable) this.announce(info)
  }

  /** The connection is gone: so is its client, from every group. */
  removeChannel(channel: Channel): void {
    for (const group of this.channelGroups.of(channel)) this.unregister(group, channel, true)
  }

  /** Removes and closes the channels whose last heartbeat is older than `expiredTimeoutMs`. */
  removeExpired(expiredTimeoutMs: number): void {
    const deadlineMs = this.deps.clock.nowMs() - expiredTimeoutMs
    for (const info of this.groupTable.values()) {
      for (const { channel, lastUpdateTimestamp } of info.members()) {
        if (lastUpdateTimestamp >= deadlineMs) continue
        this.unregister(info.groupName, channel, true)
        channel.close('no consumer heartbeat')
      }
    }
  }

  find(group: string): ConsumerGroupInfo | null {
    return this.groupTable.get(group) ?? null
  }

  /** Names of the groups whose members subscribe to different things, so that messages go to who does not want them. */
  inconsistentGroups(): readonly string[] {
    return [...this.inconsistent]
  }

  /** Any member of the group with this client id, or null. */
  findClient(group: string, clientId: string): ClientChannelInfo | null {
    return this.groupTable.get(group)?.findClient(clientId) ?? null
  }

  /** From the members' heartbeats, else from what the group pulled with; null if neither knows the topic. */
  findSubscription(group: string, topic: string): SubscriptionData | null {
    return this.groupTable.get(group)?.subscriptions.find(topic) ?? this.compensated.find(group, topic)
  }

  /** Names of the groups with a member. */
  groups(): readonly string[] {
    return [...this.groupTable.keys()]
  }

  /** Names of the groups that subscribe to the topic. */
  groupsSubscribedTo(topic: string): readonly string[] {
    return this.groups().filter(group => this.groupTable.get(group)?.subscriptions.find(topic) != null)
  }

  /** True if the channel was a member. */
  private remove(info: ConsumerGroupInfo, channel: Channel): boolean {
    const member = info.removeChannel(channel)
    if (member === null) return false
    this.channelGroups.remove(channel, info.groupName)
    this.logMember(info.groupName, member, 'consumer left')
    this.compare(info)
    if (info.isEmpty) {
      this.groupTable.delete(info.groupName)
      for (const listener of this.groupGoneListeners) listener(info.groupName)
    }
    return true
  }

  /**
   * The last heartbeat decides what the whole group gets, and Java says nothing when another member wants something
   * else: what it does not want and gets is passed over as consumed. Here it is said, once for each change.
   */
  private compare(info: ConsumerGroupInfo): void {
    const { groupName: group } = info
    const kinds = info.subscriptionKinds()
    const differing =
      kinds.length > 1
        ? kinds
            .map(({ subscriptions }) => subscriptions)
            .sort()
            .join('; ')
        : ''
    if (differing === info.reportedKinds) return
    info.reportedKinds = differing
    if (differing === '') {
      this.inconsistent.delete(group)
      this.deps.log.info({ group }, 'members of the group subscribe to the same again')
    } else {
      this.inconsistent.add(group)
      this.deps.log.warn({ group, kinds }, 'members of the group subscribe to different things: it loses messages')
    }
  }

  private announce(info: ConsumerGroupInfo): void {
    if (info.isBroadcasting) return
    for (const listener of this.listeners) listener.onConsumerIdsChanged(info.groupName)
  }

  private logMember(group: string, { clientId, channel }: Client, text: string): void {
    this.deps.log.info({ group, clientId, remoteAddress: channel.remoteAddress }, text)
  }
}
