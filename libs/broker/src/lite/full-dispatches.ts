import type { Clock } from '@rocketmq-ts/base'
import type { MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import type { Deadlined } from '../long-polling/deadline-queue'
import { DeadlineTimer } from '../long-polling/deadline-timer'
import type { LiteClient } from './lite-client'
import type { LiteDispatcher } from './lite-dispatcher'
import type { LiteGroups } from './lite-groups'
import type { LitePolling } from './lite-polling'
import { isLiteQueueOf } from './lite-queue-names'
import type { LiteSubscriptions } from './lite-subscriptions'

/** So long after its first client a group that has all lite topics gets those with messages. */
const WILDCARD_START_MS = 5_000

export interface FullDispatchesDeps {
  readonly config: Pick<
    BrokerConfig,
    'liteEventFullDispatchDelayTime' | 'liteEventFullDispatchDelayTimeForWildcardGroup'
  >
  readonly groups: Pick<LiteGroups, 'boundTopic'>
  readonly subscriptions: Pick<LiteSubscriptions, 'find' | 'clientsOf' | 'wildcardSubscribersOf'>
  readonly dispatcher: Pick<LiteDispatcher, 'dispatchToOne' | 'eventsOf'>
  readonly polling: Pick<LitePolling, 'wake'>
  readonly offsets: Pick<ConsumerOffsetTable, 'query'>
  readonly store: Pick<MessageStore, 'maxOffset' | 'topics'>
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs' | 'after'>
}

/** A client, or a whole group, that will be given what was left out. */
interface Scheduled extends Deadlined {
  readonly key: string
  readonly group: string
  /** Null: the group has all lite topics, and gets them shared out. */
  readonly clientId: string | null
}

/** Looks for lite topics with messages that a client does not know of: it had no room, or it is new. */
export class FullDispatches {
  private readonly byKey = new Map<string, Scheduled>()
  private readonly timer: DeadlineTimer<Scheduled>

  constructor(private readonly deps: FullDispatchesDeps) {
    this.timer = new DeadlineTimer({ clock: deps.clock, onDue: scheduled => this.onDue(scheduled) })
  }

  stop(): void {
    this.timer.stop()
  }

  schedule(group: string, clientId: string): void {
    this.add(clientId, group, clientId, this.deps.config.liteEventFullDispatchDelayTime)
  }

  scheduleWildcard(group: string): void {
    const delayMs = this.deps.config.liteEventFullDispatchDelayTimeForWildcardGroup
    this.add(`$${group}$`, group, null, Math.min(delayMs, WILDCARD_START_MS))
  }

  forget(clientId: string): void {
    const scheduled = this.byKey.get(clientId)
    if (scheduled === undefined) return
    this.byKey.delete(clientId)
    this.timer.remove(scheduled)
  }

  /** Now. Without a client: all of the group. */
  run(group: string, clientId: string | null): void {
    const { subscriptions } = this.deps
    const clients = clientId === null ? subscriptions.clientsOf(group) : [subscriptions.find(clientId)]
    if (clients.some(client => client?.isWildcard === true)) {
      this.dispatchToGroup(group)
      return
    }
    for (const client of clients) if (client !== null) this.dispatchToClient(client)
  }

  private add(key: string, group: string, clientId: string | null, delayMs: number): void {
    if (this.byKey.has(key)) return
    const scheduled = { key, group, clientId, deadlineMs: this.deps.clock.monotonicMs() + delayMs, heapIndex: -1 }
    this.byKey.set(key, scheduled)
    this.timer.add(scheduled)
  }

  private onDue({ key, group, clientId }: Scheduled): void {
    this.byKey.delete(key)
    const client = clientId === null ? null : this.deps.subscriptions.find(clientId)
    if (clientId === null) this.dispatchToGroup(group)
    else if (client !== null) this.dispatchToClient(client)
  }

  /** Not while much waits for it, or while it does not come: then again later. */
  private dispatchToClient(client: LiteClient): void {
    const { clientId, group, queueNames } = client
    const { clock, dispatcher, polling } = this.deps
    const events = dispatcher.eventsOf(group, clientId)
    let hasRoom = !events.isAbandoned(clock.nowMs()) && events.isLow
    if (hasRoom) {
      for (const queueName of queueNames) {
        hasRoom = !this.hasRest(group, queueName) || events.offer(queueName)
        if (!hasRoom) break
      }
      if (events.size > 0) polling.wake(clientId, group)
    }
    if (!hasRoom) this.schedule(group, clientId)
  }

  private dispatchToGroup(group: string): void {
    const { dispatcher, groups, store, subscriptions } = this.deps
    const parentTopic = groups.boundTopic(group)
    const clientIds = parentTopic === null ? undefined : subscriptions.wildcardSubscribersOf(parentTopic).get(group)
    if (parentTopic === null || clientIds === undefined) return
    for (const queueName of store.topics()) {
      if (!isLiteQueueOf(queueName, parentTopic) || !this.hasRest(group, queueName)) continue
      if (dispatcher.dispatchToOne(group, clientIds, queueName)) continue
      this.scheduleWildcard(group)
      return
    }
  }

  private hasRest(group: string, queueName: string): boolean {
    return this.deps.offsets.query(group, queueName, 0) < this.deps.store.maxOffset(queueName, 0)
  }
}
