import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { MessageArrival, MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import { ClientEvents } from './client-events'
import { FullDispatches } from './full-dispatches'
import type { FullDispatchesDeps } from './full-dispatches'
import type { LiteClient } from './lite-client'
import type { LiteGroups } from './lite-groups'
import type { LitePolling } from './lite-polling'
import { isLiteQueue, readLiteQueueName } from './lite-queue-names'
import type { LiteSubscriptions } from './lite-subscriptions'

/** So long a client that did not come for its messages gets others only when nobody else takes them. */
const AVOIDED_MS = 10_000

export interface LiteDispatcherDeps extends Pick<FullDispatchesDeps, 'offsets'> {
  readonly config: Pick<
    BrokerConfig,
    | 'enableLiteEventMode'
    | 'liteEventCheckInterval'
    | 'liteEventFullDispatchDelayTime'
    | 'liteEventFullDispatchDelayTimeForWildcardGroup'
  >
  readonly groups: Pick<LiteGroups, 'eventCountMax' | 'boundTopic'>
  readonly subscriptions: LiteSubscriptions
  readonly polling: Pick<LitePolling, 'wake'>
  readonly store: Pick<MessageStore, 'maxOffset' | 'topics' | 'onArrival'>
  /** False: there are no light queues, so no message comes to a lite topic. */
  readonly hasLightQueues: boolean
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs' | 'after' | 'every'>
  readonly log: Log
  readonly random: () => number
}

/**
 * Tells clients which of their lite topics have messages: one client of each group, which asks for them with its next
 * pop. Bounded for each client; who had no room gets what was left out by and by.
 * Source: broker/lite/LiteEventDispatcher.java
 */
export class LiteDispatcher implements Component {
  private readonly byClient = new Map<string, ClientEvents>()
  private readonly avoidedUntilMs = new Map<string, number>()
  private readonly fullDispatches: FullDispatches
  private timer: Timer | null = null

  constructor(private readonly deps: LiteDispatcherDeps) {
    this.fullDispatches = new FullDispatches({ ...deps, dispatcher: this })
    deps.subscriptions.onChange({
      onSubscribed: (client, queueName) => this.onSubscribed(client, queueName),
      onWildcard: ({ group }) => this.fullDispatches.scheduleWildcard(group),
      onGone: client => this.onGone(client),
    })
  }

  start(): Promise<void> {
    const { config, clock, store } = this.deps
    if (this.deps.hasLightQueues) store.onArrival(this.onArrival)
    this.timer = clock.every(config.liteEventCheckInterval, () => this.handOverAbandoned())
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.timer?.cancel()
    this.fullDispatches.stop()
    return Promise.resolve()
  }

  /** Clients that lite topics with messages wait for, or did. */
  get clientCount(): number {
    return this.byClient.size
  }

  /** When the client last asked; null if it never did. */
  lastAccessMs(clientId: string): number | null {
    return this.byClient.get(clientId)?.lastAccessMs ?? null
  }

  /** Gives the lite topics in which a pop of the client is to look, one after the other, then null. */
  queuesFor(clientId: string): () => string | null {
    if (this.deps.config.enableLiteEventMode) return () => this.take(clientId)
    const queueNames = [...(this.deps.subscriptions.find(clientId)?.queueNames ?? [])]
    let index = 0
    return () => queueNames[index++] ?? null
  }

  /** The next lite topic with messages for the client, which does not wait for it any more; null if none does. */
  private take(clientId: string): string | null {
    const events = this.byClient.get(clientId)
    const client = this.deps.subscriptions.find(clientId)
    if (events === undefined) return null
    const nowMs = this.deps.clock.nowMs()
    for (let queueName = events.take(nowMs); queueName !== null; queueName = events.take(nowMs)) {
      if (client?.isWildcard === true || client?.queueNames.has(queueName) === true) return queueName
    }
    return null
  }

  /** The lite topic has messages for the group. Not for `excludedClientId`, as long as there are others. */
  dispatch(group: string, queueName: string, excludedClientId: string | null = null): void {
    const { subscriptions } = this.deps
    const clientIds = subscriptions.subscribersOf(queueName).get(group)
    if (clientIds !== undefined) this.dispatchToOne(group, clientIds, queueName, excludedClientId)
    const parentTopic = readLiteQueueName(queueName)?.parentTopic
    const wildcards =
      parentTopic === undefined ? undefined : subscriptions.wildcardSubscribersOf(parentTopic).get(group)
    if (wildcards === undefined || clientIds !== undefined) return
    if (!this.dispatchToOne(group, wildcards, queueName, excludedClientId)) this.fullDispatches.scheduleWildcard(group)
  }

  /** All lite topics with messages, to one client or, without one, to all of the group. */
  dispatchAll(group: string, clientId: string | null): void {
    this.fullDispatches.run(group, clientId)
  }

  /** One of the clients gets it. False: none has room. */
  dispatchToOne(
    group: string,
    clientIds: ReadonlySet<string>,
    queueName: string,
    excludedClientId: string | null = null,
  ): boolean {
    if (!this.deps.config.enableLiteEventMode) return true
    const [preferred, others] = this.inTurn(clientIds, excludedClientId)
    for (const clientId of [...preferred, ...others]) {
      if (!this.offer(group, clientId, queueName)) continue
      this.deps.polling.wake(clientId, group)
      return true
    }
    return false
  }

  /** What waits for a client; made when it is first needed. */
  eventsOf(group: string, clientId: string): ClientEvents {
    let events = this.byClient.get(clientId)
    if (events === undefined) {
      events = new ClientEvents(group, this.deps.groups.eventCountMax(group), this.deps.clock.nowMs())
      this.byClient.set(clientId, events)
    }
    return events
  }

  private offer(group: string, clientId: string, queueName: string): boolean {
    if (this.eventsOf(group, clientId).offer(queueName)) return true
    const isWildcard = this.deps.subscriptions.find(clientId)?.isWildcard === true
    if (!isWildcard) this.fullDispatches.schedule(group, clientId)
    return false
  }

  /** From a random one on; who is to be avoided comes last. */
  private inTurn(clientIds: ReadonlySet<string>, excludedClientId: string | null): readonly [string[], string[]] {
    const all = [...clientIds]
    const start = Math.floor(this.deps.random() * all.length)
    const preferred: string[] = []
    const others: string[] = []
    for (const clientId of [...all.slice(start), ...all.slice(0, start)]) {
      if (clientId === excludedClientId || this.isAvoided(clientId)) others.push(clientId)
      else preferred.push(clientId)
    }
    return [preferred, others]
  }

  private isAvoided(clientId: string): boolean {
    return (this.avoidedUntilMs.get(clientId) ?? 0) > this.deps.clock.nowMs()
  }

  private readonly onArrival = ({ topic }: MessageArrival): void => {
    if (!isLiteQueue(topic)) return
    const { subscriptions } = this.deps
    for (const group of subscriptions.subscribersOf(topic).keys()) this.dispatch(group, topic)
    const parentTopic = readLiteQueueName(topic)?.parentTopic
    if (parentTopic === undefined) return
    for (const group of subscriptions.wildcardSubscribersOf(parentTopic).keys()) this.dispatch(group, topic)
  }

  private onSubscribed({ group }: LiteClient, queueName: string): void {
    if (this.deps.store.maxOffset(queueName, 0) > 0) this.dispatch(group, queueName)
  }

  private onGone({ clientId }: LiteClient): void {
    this.fullDispatches.forget(clientId)
    this.handOver(clientId)
  }

  /** Clients that do not come for their messages: others get them. */
  private handOverAbandoned(): void {
    const nowMs = this.deps.clock.nowMs()
    for (const [clientId, untilMs] of this.avoidedUntilMs) if (untilMs <= nowMs) this.avoidedUntilMs.delete(clientId)
    for (const [clientId, events] of [...this.byClient]) {
      if (!events.isAbandoned(nowMs)) continue
      this.deps.log.info({ clientId, waitingCount: events.size }, 'a client does not come for messages of lite topics')
      this.avoidedUntilMs.set(clientId, nowMs + AVOIDED_MS)
      this.handOver(clientId)
    }
  }

  private handOver(clientId: string): void {
    const events = this.byClient.get(clientId)
    if (events === undefined) return
    this.byClient.delete(clientId)
    const nowMs = this.deps.clock.nowMs()
    for (let queueName = events.take(nowMs); queueName !== null; queueName = events.take(nowMs)) {
      this.dispatch(events.group, queueName, clientId)
    }
  }
}
