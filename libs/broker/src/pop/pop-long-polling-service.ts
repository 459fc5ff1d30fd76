import type { Clock, Component, Timer } from '@rocketmq-ts/base'
import type { Channel, ChannelEventListener } from '@rocketmq-ts/remoting'
import type { MessageArrival, MessageFilter, MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import { DeadlineQueue } from '../long-polling/deadline-queue'
import type { Deadlined } from '../long-polling/deadline-queue'
import { popRetryTopicOf } from './pop-retry-topic'

/** The system's timers count with 31 bits; longer ones fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1
const EVERY_QUEUE = -1

/** A request that found nothing and waits for a message of its topic that its group has not seen. */
export interface WaitingPop extends Deadlined {
  readonly group: string
  readonly topic: string
  /** Negative: any queue. */
  readonly queueId: number
  /** Null takes every message. */
  readonly filter: MessageFilter | null
  readonly channel: Pick<Channel, 'id' | 'isOpen'>
  /** The wait is over: a message may be there, or the time is up. */
  resume(isTimeUp: boolean): void
}

export type PollingResult = 'POLLING' | 'POLLING_FULL' | 'NOT_POLLING'

export interface PopLongPollingServiceDeps {
  readonly store: Pick<MessageStore, 'onArrival'>
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>
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
 * the next. One timer serves all deadlines. A retry topic is not looked at by its name: those who wait know what theirs
 * are called. Source: broker/longpolling/PopLongPollingService.java
 */
export class PopLongPollingService implements Component, ChannelEventListener {
  private readonly byTopic = new Map<string, Map<string, WaitingGroup>>()
  private readonly byRetryTopic = new Map<string, WaitingGroup>()
  private readonly byChannel = new Map<number, Set<WaitingPop>>()
  private readonly deadlines = new DeadlineQueue<WaitingPop>()
  private readonly woken: WaitingPop[] = []
  private readonly wokenGroups: Set<number>[] = []
  private isRunning = false
  private timer: Timer | null = null
  private timerAtMs = Infinity

  constructor(
    private readonly config: Pick<BrokerConfig, 'maxPopPollingSize' | 'popPollingSize'>,
    private readonly deps: PopLongPollingServiceDeps,
  ) {}

  start(): Promise<void> {
    this.isRunning = true
    this.deps.store.onArrival(this.onArrival)
    return Promise.resolve()
  }

  /** Resumes all that wait, so that each can be answered, and holds nothing more. */
  stop(): Promise<void> {
    this.isRunning = false
    this.timer?.cancel()
    this.timerAtMs = Infinity
    for (let waiting = this.deadlines.first(); waiting !== null; waiting = this.deadlines.first()) this.end(waiting)
    return Promise.resolve()
  }

  get waitingCount(): number {
    return this.deadlines.size
  }

  waitingCountOf(topic: string, group: string, queueId: number): number {
    return this.byTopic.get(topic)?.get(group)?.byQueue.get(queueKey(queueId))?.size ?? 0
  }

  hold(waiting: WaitingPop): PollingResult {
    if (!this.isRunning || !waiting.channel.isOpen || waiting.deadlineMs <= this.deps.clock.monotonicMs()) {
      return 'NOT_POLLING'
    }
    const { topic, group, queueId } = waiting
    if (this.waitingCount >= this.config.maxPopPollingSize) return 'POLLING_FULL'
    if (this.waitingCountOf(topic, group, queueId) > this.config.popPollingSize) return 'POLLING_FULL'
    this.queueOf(waiting).add(waiting)
    this.channelOf(waiting).add(waiting)
    this.deadlines.add(waiting)
    this.armTimer()
    return 'POLLING'
  }

  /** There is more for the group than who asked last could take: who waits next for any of its queues may try. */
  wakeNext(topic: string, group: string): void {
    const waiting = this.byTopic.get(topic)?.get(group)
    if (waiting !== undefined) for (const queueId of waiting.byQueue.keys()) this.wakeOne(waiting, queueId, null)
  }

  /** Nobody is left to answer. */
  onClose(channel: Pick<Channel, 'id'>): void {
    const ofChannel = this.byChannel.get(channel.id)
    if (ofChannel) for (const waiting of ofChannel) this.remove(waiting)
  }

  private readonly onArrival = ({ topic, queueId, tagsCode }: MessageArrival): void => {
    if (this.deadlines.size === 0) return
    const groups = this.byTopic.get(topic)
    if (groups !== undefined) {
      for (const group of groups.values()) {
        this.wakeOne(group, EVERY_QUEUE, tagsCode)
        this.wakeOne(group, queueId, tagsCode)
      }
    }
    const retrying = this.byRetryTopic.get(topic)
    if (retrying !== undefined) this.wakeForRetry(retrying)
  }

  /** Whoever pops the topic pops its retry topic too. */
  private wakeForRetry(group: WaitingGroup): void {
    for (const queueId of [EVERY_QUEUE, ...group.byQueue.keys()]) if (this.wakeOne(group, queueId, null)) return
  }

  private wakeOne({ byQueue, wokenQueues }: WaitingGroup, queueId: number, tagsCode: number | null): boolean {
    if (wokenQueues.has(queueId)) return true
    const queue = byQueue.get(queueId)
    if (queue === undefined) return false
    let unwilling: MessageFilter | null = null
    for (const waiting of queue) {
      const { filter } = waiting
      if (tagsCode !== null && filter !== null) {
        if (filter === unwilling) continue // most members of a group share one
        if (!filter.matchesTagsCode(tagsCode)) {
          unwilling = filter
          continue
        }
      }
      this.remove(waiting)
      this.wake(waiting)
      wokenQueues.add(queueId)
      this.wokenGroups.push(wokenQueues)
      return true
    }
    return false
  }

  /** After the messages that arrive together with this one, so that one answer takes them all. */
  private wake(waiting: WaitingPop): void {
    if (this.woken.push(waiting) === 1) queueMicrotask(this.resumeWoken)
  }

  private readonly resumeWoken = (): void => {
    for (const wokenQueues of this.wokenGroups.splice(0)) wokenQueues.clear()
    for (const waiting of this.woken.splice(0)) waiting.resume(false)
  }

  private readonly onTimer = (): void => {
    this.timerAtMs = Infinity
    const nowMs = this.deps.clock.monotonicMs()
    for (let first = this.deadlines.first(); first !== null && first.deadlineMs <= nowMs;) {
      this.end(first)
      first = this.deadlines.first()
    }
    this.armTimer()
  }

  private armTimer(): void {
    const first = this.deadlines.first()
    if (first === null || first.deadlineMs >= this.timerAtMs) return
    this.timer?.cancel()
    this.timerAtMs = first.deadlineMs
    const waitMs = Math.ceil(first.deadlineMs - this.deps.clock.monotonicMs())
    this.timer = this.deps.clock.after(Math.min(Math.max(waitMs, 0), TIMER_MS_MAX), this.onTimer)
  }

  private end(waiting: WaitingPop): void {
    this.remove(waiting)
    waiting.resume(true)
  }

  private remove(waiting: WaitingPop): void {
    this.deadlines.remove(waiting)
    const { topic, group, channel } = waiting
    const groups = this.byTopic.get(topic)
    const ofGroup = groups?.get(group)
    const queueId = queueKey(waiting.queueId)
    const queue = ofGroup?.byQueue.get(queueId)
    if (queue?.delete(waiting) === true && queue.size === 0) ofGroup?.byQueue.delete(queueId)
    if (ofGroup?.byQueue.size === 0) this.forget(ofGroup)
    const ofChannel = this.byChannel.get(channel.id)
    if (ofChannel?.delete(waiting) === true && ofChannel.size === 0) this.byChannel.delete(channel.id)
  }

  private forget(ofGroup: WaitingGroup): void {
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

  private channelOf({ channel }: WaitingPop): Set<WaitingPop> {
    let waiting = this.byChannel.get(channel.id)
    if (!waiting) this.byChannel.set(channel.id, (waiting = new Set<WaitingPop>()))
    return waiting
  }
}

function queueKey(queueId: number): number {
  return queueId < 0 ? EVERY_QUEUE : queueId
}

function retryTopicsOf({ topic, group }: WaitingGroup): readonly string[] {
  return [popRetryTopicOf(topic, group, 'V1'), popRetryTopicOf(topic, group, 'V2')]
}
