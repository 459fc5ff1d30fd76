import type { Clock, Log } from '@rocketmq-ts/base'
import { RemotingCommand, RequestCode } from '@rocketmq-ts/protocol'
import type { LiteOffsetOption } from '@rocketmq-ts/protocol'
import type { BrokerConfig } from '../broker-config'
import { GroupSubscribers } from './group-subscribers'
import type { LiteClient, LiteSubscriber, SubscribersByGroup } from './lite-client'
import type { LiteGroups } from './lite-groups'
import { FROM_THE_FIRST } from './lite-offsets'
import type { LiteOffsets } from './lite-offsets'
import { readLiteQueueName } from './lite-queue-names'
import { IllegalLiteSubscriptionError, LiteSubscriptionsFullError } from './lite-refusals'

export interface LiteSubscriptionsDeps {
  readonly config: Pick<BrokerConfig, 'maxLiteSubscriptionCount'>
  readonly groups: Pick<LiteGroups, 'isExclusive' | 'isWildcard' | 'resetsWhenLeft' | 'resetsWhenTaken'>
  readonly offsets: Pick<LiteOffsets, 'reset'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

export interface LiteSubscriptionListener {
  /** A client subscribes to a lite topic that it did not have. */
  onSubscribed(client: LiteClient, queueName: string): void
  /** The group of a client has all lite topics. */
  onWildcard(client: LiteClient): void
  /** A client is gone, and has no subscription any more. */
  onGone(client: LiteClient): void
}

interface MutableLiteClient extends LiteClient {
  channel: LiteSubscriber['channel']
  readonly queueNames: Set<string>
  isWildcard: boolean
  updatedMs: number
}

/**
 * Which client wants which lite topics. In memory only: clients say it again every half minute.
 * Source: broker/lite/LiteSubscriptionRegistryImpl.java
 */
export class LiteSubscriptions {
  private readonly clients = new Map<string, MutableLiteClient>()
  private readonly byQueue = new GroupSubscribers()
  private readonly byParentTopic = new GroupSubscribers()
  private readonly listeners: LiteSubscriptionListener[] = []
  private activeCount = 0

  constructor(private readonly deps: LiteSubscriptionsDeps) {}

  onChange(listener: LiteSubscriptionListener): void {
    this.listeners.push(listener)
  }

  /** Lite topics that are subscribed to, counted once for each client. */
  get count(): number {
    return this.activeCount
  }

  find(clientId: string): LiteClient | null {
    return this.clients.get(clientId) ?? null
  }

  clientsOf(group: string): readonly LiteClient[] {
    return [...this.clients.values()].filter(client => client.group === group)
  }

  subscribersOf(queueName: string): SubscribersByGroup {
    return this.byQueue.of(queueName)
  }

  /** Those whose groups have all lite topics of the parent. */
  wildcardSubscribersOf(parentTopic: string): SubscribersByGroup {
    return this.byParentTopic.of(parentTopic)
  }

  /** PARTIAL_ADD. Throws LiteSubscriptionsFullError, IllegalLiteSubscriptionError. */
  add(subscriber: LiteSubscriber, queueNames: readonly string[], option: LiteOffsetOption | null): void {
    this.requireRoom()
    if (this.deps.groups.isWildcard(subscriber.group)) {
      throw new IllegalLiteSubscriptionError('subscribe lite operation is not supported for this group')
    }
    const client = this.ensure(subscriber)
    for (const queueName of queueNames) {
      if (this.deps.groups.isExclusive(client.group)) this.takeFromOthers(client, queueName)
      if (option !== null) this.deps.offsets.reset(queueName, client.group, option)
      this.subscribe(client, queueName)
    }
  }

  /** PARTIAL_REMOVE. */
  remove(clientId: string, queueNames: readonly string[]): void {
    const client = this.clients.get(clientId)
    if (client === undefined) return
    const resets = this.deps.groups.resetsWhenLeft(client.group)
    for (const queueName of queueNames) {
      if (this.unsubscribe(client, queueName) && resets) {
        this.deps.offsets.reset(queueName, client.group, FROM_THE_FIRST)
      }
    }
  }

  /** COMPLETE_ADD: these and no others. Throws LiteSubscriptionsFullError, which Java does not. */
  replace(subscriber: LiteSubscriber, queueNames: readonly string[]): void {
    const isWildcard = this.deps.groups.isWildcard(subscriber.group)
    const wanted = new Set(isWildcard ? [] : queueNames)
    const known = this.clients.get(subscriber.clientId)
    if (known === undefined || [...wanted].some(name => !known.queueNames.has(name))) this.requireRoom()
    const client = this.ensure(subscriber)
    for (const queueName of [...client.queueNames]) if (!wanted.has(queueName)) this.unsubscribe(client, queueName)
    for (const queueName of wanted) this.subscribe(client, queueName)
    if (isWildcard && !client.isWildcard) this.subscribeToAll(client)
    else if (!isWildcard && client.isWildcard) this.unsubscribeFromAll(client)
  }

  /** COMPLETE_REMOVE: the client is gone. */
  drop(clientId: string): void {
    const client = this.clients.get(clientId)
    if (client === undefined) return
    this.clients.delete(clientId)
    for (const queueName of [...client.queueNames]) this.unsubscribe(client, queueName)
    if (client.isWildcard) this.unsubscribeFromAll(client)
    for (const listener of this.listeners) listener.onGone(client)
  }

  /** Clients that have been silent since that time are gone. */
  dropSilentSince(timeMs: number): void {
    for (const { clientId, group, updatedMs } of [...this.clients.values()]) {
      if (updatedMs >= timeMs) continue
      this.deps.log.info({ clientId, group }, 'a client of lite topics is gone: it did not say again what it wants')
      this.drop(clientId)
    }
  }

  /** The lite topic is deleted. */
  forget(queueName: string): void {
    for (const clientIds of [...this.byQueue.of(queueName).values()]) {
      for (const clientId of [...clientIds]) {
        const client = this.clients.get(clientId)
        if (client !== undefined) this.unsubscribe(client, queueName)
      }
    }
  }

  private requireRoom(): void {
    const { maxLiteSubscriptionCount: countMax } = this.deps.config
    if (this.activeCount >= countMax || this.clients.size >= countMax) throw new LiteSubscriptionsFullError(countMax)
  }

  private ensure({ clientId, group, topic, channel }: LiteSubscriber): MutableLiteClient {
    const updatedMs = this.deps.clock.nowMs()
    const known = this.clients.get(clientId)
    if (known !== undefined && known.group === group && known.topic === topic) {
      known.updatedMs = updatedMs
      known.channel = channel
      return known
    }
    this.drop(clientId) // It comes as another one.
    const client = { clientId, group, topic, channel, queueNames: new Set<string>(), isWildcard: false, updatedMs }
    this.clients.set(clientId, client)
    return client
  }

  private subscribe(client: MutableLiteClient, queueName: string): void {
    if (client.queueNames.has(queueName)) return
    client.queueNames.add(queueName)
    this.byQueue.add(queueName, client.group, client.clientId)
    this.activeCount += 1
    for (const listener of this.listeners) listener.onSubscribed(client, queueName)
  }

  private unsubscribe(client: MutableLiteClient, queueName: string): boolean {
    if (!client.queueNames.delete(queueName)) return false
    this.byQueue.remove(queueName, client.group, client.clientId)
    this.activeCount -= 1
    return true
  }

  private subscribeToAll(client: MutableLiteClient): void {
    client.isWildcard = true
    this.byParentTopic.add(client.topic, client.group, client.clientId)
    this.activeCount += 1
    for (const listener of this.listeners) listener.onWildcard(client)
  }

  private unsubscribeFromAll(client: MutableLiteClient): void {
    client.isWildcard = false
    this.byParentTopic.remove(client.topic, client.group, client.clientId)
    this.activeCount -= 1
  }

  /** Java takes it from the client itself too, if it has it, and tells it so. */
  private takeFromOthers({ clientId: newClientId, group }: LiteClient, queueName: string): void {
    for (const clientId of [...(this.byQueue.of(queueName).get(group) ?? [])]) {
      const client = this.clients.get(clientId)
      if (clientId === newClientId || client === undefined) continue
      this.unsubscribe(client, queueName)
      if (client.queueNames.size === 0) this.clients.delete(clientId)
      if (this.deps.groups.resetsWhenTaken(group)) this.deps.offsets.reset(queueName, group, FROM_THE_FIRST)
      this.tellUnsubscribed(client, queueName)
    }
  }

  private tellUnsubscribed({ clientId, group, channel }: LiteClient, queueName: string): void {
    const liteTopic = readLiteQueueName(queueName)?.liteTopic ?? ''
    const extFields = { liteTopic, consumerGroup: group, clientId }
    const isSent = channel.sendOneway(RemotingCommand.request(RequestCode.NOTIFY_UNSUBSCRIBE_LITE, extFields))
    this.deps.log.info({ liteTopic, group, clientId, isSent }, 'another client has taken over a lite topic')
  }
}
