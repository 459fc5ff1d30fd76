import type { Component } from '@rocketmq-ts/base'
import type { Channel, ChannelEventListener } from '@rocketmq-ts/remoting'
import type { MessageArrival, MessageFilter, MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import { isArrivalWanted } from '../long-polling/arrival-matching'
import { WaitingRoom } from '../long-polling/waiting-room'
import type { Waiter, WaitingRoomDeps } from '../long-polling/waiting-room'
import { popRetryTopicOf } from './pop-retry-topic'

const EVERY_QUEUE = -1

/** A request that found nothing and waits for a message of its topic that its group has not seen. */
export interface WaitingPop extends Waiter {
  readonly group: string
  readonly topic: string
  /** Negative: any queue. */
  readonly queueId: number
  /** Null takes every message. */
  readonly filter: MessageFilter | null
}

export type PollingResult = 'POLLING' | 'POLLING_FULL' | 'NOT_POLLING'

export interface PopLongPollingServiceDeps {
  readonly store: Pick<MessageStore, 'onArrival' | 'recordInMemory'>
  readonly clock: WaitingRoomDeps<WaitingPop>['clock']
}

/** Those who wait for one topic as one group, by queue. */
class WaitingGroup {
  readonly byQueue = new Map<number, Set<WaitingPop>>()
  /** Somebody is woken already, and will take what comes in this turn. */
  readonly wokenQueues = new Set<number>()

  constructor(
    readonly topic: string,
    readonly group: string,
  ) {}
}

/**
 * Where pops wait. A message wakes one waiter of each group, in the turn in which it comes; who leaves something wakes
 * the next. A retry topic is not looked at by its name: those who wait know what theirs are called.
 * Source: broker/longpolling/PopLongPollingService.java
 */
export class PopLongPollingService implements Component, ChannelEventListener {
  private readonly byTopic = new Map<string, Map<string, WaitingGroup>>()
  private readonly byRetryTopic = new Map<string, WaitingGroup>()
  private readonly wokenGroups: Set<number>[] = []
  private readonly room: WaitingRoom<WaitingPop>

  constructor(
    private readonly config: Pick<
      BrokerConfig,
      'maxPopPollingSize' | 'popPollingSize' | 'popLongPollingForceNotifyInterval'
    >,
    private readonly deps: PopLongPollingServiceDeps,
  ) {
    this.room = new WaitingRoom({ clock: deps.clock, onLeave: waiting => this.forget(waiting) })
  }

  start(): Promise<void> {
    this.room.open()
    this.deps.store.onArrival(this.onArrival)
    return Promise.resolve()
  }

  /** Resumes all that wait, so that each can be answered, and holds nothing more. */
  stop(): Promise<void> {
    this.room.close()
    return Promise.resolve()
  }

  get waitingCount(): number {
    return this.room.size
  }

  waitingCountOf(topic: string, group: string, queueId: number): number {
    return this.byTopic.get(topic)?.get(group)?.byQueue.get(queueKey(queueId))?.size ?? 0
  }

  hold(waiting: WaitingPop): PollingResult {
    if (!this.room.admits(waiting) || waiting.deadlineMs <= this.deps.clock.monotonicMs()) return 'NOT_POLLING'
    const { topic, group, queueId } = waiting
    if (this.waitingCount >= this.config.maxPopPollingSize) return 'POLLING_FULL'
    if (this.waitingCountOf(topic, group, queueId) > this.config.popPollingSize) return 'POLLING_FULL'
    this.queueOf(waiting).add(waiting)
    this.room.enter(waiting)
    return 'POLLING'
  }

  /** There is more for the group than who asked last could take: who waits next for any of its queues may try. */
  wakeNext(topic: string, group: string): void {
    const waiting = this.byTopic.get(topic)?.get(group)
    if (waiting !== undefined) for (const queueId of waiting.byQueue.keys()) this.wakeOne(waiting, queueId, null)
  }

  /** The group may have more of the queue. */
  wakeQueue({ topic, group, queueId }: Pick<WaitingPop, 'topic' | 'group' | 'queueId'>): void {
    const waiting = this.byTopic.get(topic)?.get(group)
    if (waiting === undefined || this.wakeOne(waiting, EVERY_QUEUE, null)) return
    this.wakeOne(waiting, queueId, null)
  }

  onClose(channel: Pick<Channel, 'id'>): void {
    this.room.leaveAllOf(channel)
  }

  private readonly onArrival = (arrival: MessageArrival): void => {
    if (this.waitingCount === 0) return
    const { topic, queueId } = arrival
    const groups = this.byTopic.get(topic)
    if (groups !== undefined) {
      for (const group of groups.values()) {
        const judged = this.isForAll(arrival) ? null : arrival
        this.wakeOne(group, EVERY_QUEUE, judged)
        this.wakeOne(group, queueId, judged)
      }
    }
    const retrying = this.byRetryTopic.get(topic)
    if (retrying !== undefined) this.wakeForRetry(retrying)
  }

  /** Now and then who wants none of what comes is woken all the same: so the group's offset moves past it. */
  private isForAll({ queueOffset }: MessageArrival): boolean {
    const { popLongPollingForceNotifyInterval: interval } = this.config
    return interval > 0 && queueOffset % interval === 0
  }

  /** Whoever pops the topic pops its retry topic too. */
  private wakeForRetry(group: WaitingGroup): void {
    for (const queueId of [EVERY_QUEUE, ...group.byQueue.keys()]) if (this.wakeOne(group, queueId, null)) return
  }

  /** An arrival of null is wanted by everyone. */
  private wakeOne({ byQueue, wokenQueues }: WaitingGroup, queueId: number, arrival: MessageArrival | null): boolean {
    if (wokenQueues.has(queueId)) return true
    const queue = byQueue.get(queueId)
    if (queue === undefined) return false
    let unwilling: MessageFilter | null = null
    for (const waiting of queue) {
      const { filter } = waiting
      if (arrival !== null && filter !== null) {
        if (filter === unwilling) continue // most members of a group share one
        if (!isArrivalWanted(filter, arrival, this.deps.store)) {
          unwilling = filter
          continue
        }
      }
      wokenQueues.add(queueId)
      if (this.wokenGroups.push(wokenQueues) === 1) queueMicrotask(this.endTurn)
      this.room.wake(waiting)
      return true
    }
    return false
  }

  /** Before the woken look for messages: what comes from then on is for others. */
  private readonly endTurn = (): void => {
    for (const wokenQueues of this.wokenGroups.splice(0)) wokenQueues.clear()
  }

  private forget(waiting: WaitingPop): void {
    const ofGroup = this.byTopic.get(waiting.topic)?.get(waiting.group)
    const queueId = queueKey(waiting.queueId)
    const queue = ofGroup?.byQueue.get(queueId)
    if (queue?.delete(waiting) === true && queue.size === 0) ofGroup?.byQueue.delete(queueId)
    if (ofGroup?.byQueue.size === 0) this.forgetGroup(ofGroup)
  }

  private forgetGroup(ofGroup: WaitingGroup): void {
    const { topic, group } = ofGroup
    const groups = this.byTopic.get(topic)
    groups?.delete(group)
    if (groups?.size === 0) this.byTopic.delete(topic)
    for (const retryTopic of retryTopicsOf(ofGroup)) {
      if (this.byRetryTopic.get(retryTopic) === ofGroup) this.byRetryTopic.delete(retryTopic)
    }
  }

  private queueOf({ topic, group, queueId }: WaitingPop): Set<WaitingPop> {
    let groups = this.byTopic.get(topic)
    if (!groups) this.byTopic.set(topic, (groups = new Map<string, WaitingGroup>()))
    let ofGroup = groups.get(group)
    if (!ofGroup) {
      groups.set(group, (ofGroup = new WaitingGroup(topic, group)))
      for (const retryTopic of retryTopicsOf(ofGroup)) this.byRetryTopic.set(retryTopic, ofGroup)
    }
    let queue = ofGroup.byQueue.get(queueKey(queueId))
    if (!queue) ofGroup.byQueue.set(queueKey(queueId), (queue = new Set<WaitingPop>()))
    return queue
  }
}

function queueKey(queueId: number): number {
  return queueId < 0 ? EVERY_QUEUE : queueId
}

function retryTopicsOf({ topic, group }: WaitingGroup): readonly string[] {
  return [popRetryTopicOf(topic, group, 'V1'), popRetryTopicOf(topic, group, 'V2')]
}
