import type { Clock, Component, Timer } from '@rocketmq-ts/base'
import type { Channel, ChannelEventListener } from '@rocketmq-ts/remoting'
import type { MessageArrival, MessageFilter, MessageStore } from '@rocketmq-ts/store'
import { DeadlineQueue } from './deadline-queue'
import type { Deadlined } from './deadline-queue'

/** The system's timers count with 31 bits; longer ones fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

/** A request that found nothing and waits for the next message of its queue. */
export interface HeldRequest extends Deadlined {
  readonly topic: string
  readonly queueId: number
  /** The first message that it would take. */
  readonly queueOffset: number
  /** Null takes every message. */
  readonly filter: MessageFilter | null
  readonly channel: Pick<Channel, 'id' | 'isOpen'>
  /** The wait is over: a message may be there, or the time is up. */
  resume(): void
}

export interface PullRequestHoldServiceLimits {
  /** Over it a request is not held: its client is answered at once and asks again. */
  readonly heldRequestCountMax: number
}

export const pullRequestHoldServiceLimits: PullRequestHoldServiceLimits = { heldRequestCountMax: 100_000 }

export interface PullRequestHoldServiceDeps {
  readonly store: Pick<MessageStore, 'onArrival' | 'recordInMemory'>
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>
}

/**
 * Long polling. A request waits until a message that it wants comes to its queue, until its deadline, or until its
 * connection is gone. An arrival costs as much as its queue has waiters; one timer serves all deadlines.
 * Java looks at its waiters every 5 s, we at their time. Source: broker/longpolling/PullRequestHoldService.java
 */
export class PullRequestHoldService implements Component, ChannelEventListener {
  private readonly byTopic = new Map<string, Map<number, Set<HeldRequest>>>()
  private readonly byChannel = new Map<number, Set<HeldRequest>>()
  private readonly deadlines = new DeadlineQueue<HeldRequest>()
  private readonly woken: HeldRequest[] = []
  private isRunning = false
  private timer: Timer | null = null
  private timerAtMs = Infinity

  constructor(
    private readonly limits: PullRequestHoldServiceLimits,
    private readonly deps: PullRequestHoldServiceDeps,
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
    for (let held = this.deadlines.first(); held !== null; held = this.deadlines.first()) this.end(held)
    return Promise.resolve()
  }

  get heldCount(): number {
    return this.deadlines.size
  }

  /** False: the request is not held, and must be answered now. */
  hold(request: HeldRequest): boolean {
    if (!this.isRunning || this.heldCount >= this.limits.heldRequestCountMax || !request.channel.isOpen) return false
    this.queueOf(request).add(request)
    this.channelOf(request).add(request)
    this.deadlines.add(request)
    this.armTimer()
    return true
  }

  /** Nobody is left to answer. */
  onClose(channel: Pick<Channel, 'id'>): void {
    const held = this.byChannel.get(channel.id)
    if (held) for (const request of held) this.remove(request)
  }

  private readonly onArrival = (arrival: MessageArrival): void => {
    const { topic, queueId, queueOffset } = arrival
    const waiting = this.byTopic.get(topic)?.get(queueId)
    if (waiting === undefined) return
    for (const request of waiting) {
      if (queueOffset < request.queueOffset) continue
      if (request.filter !== null && !this.matches(request.filter, arrival)) continue
      this.remove(request)
      this.wake(request)
    }
  }

  /** What memory does not have any more is for the get to judge. */
  private matches(filter: MessageFilter, { tagsCode, physicalOffset, storedBytes }: MessageArrival): boolean {
    if (!filter.matchesTagsCode(tagsCode)) return false
    if (filter.matchesRecord === null) return true
    const record = this.deps.store.recordInMemory(physicalOffset, storedBytes)
    return record === null || filter.matchesRecord(record)
  }

  /** After the messages that arrive together with this one, so that one answer takes them all. */
  private wake(request: HeldRequest): void {
    if (this.woken.push(request) === 1) queueMicrotask(this.resumeWoken)
  }

  private readonly resumeWoken = (): void => {
    for (const request of this.woken.splice(0)) request.resume()
  }

  private readonly onTimer = (): void => {
    this.timerAtMs = Infinity
    const nowMs = this.deps.clock.monotonicMs()
    for (let held = this.deadlines.first(); held !== null && held.deadlineMs <= nowMs; held = this.deadlines.first()) {
      this.end(held)
    }
    this.armTimer()
  }

  /** A timer that fires too early, because its request has left, costs less than one set for each request. */
  private armTimer(): void {
    const first = this.deadlines.first()
    if (first === null || first.deadlineMs >= this.timerAtMs) return
    this.timer?.cancel()
    this.timerAtMs = first.deadlineMs
    const waitMs = Math.ceil(first.deadlineMs - this.deps.clock.monotonicMs())
    this.timer = this.deps.clock.after(Math.min(Math.max(waitMs, 0), TIMER_MS_MAX), this.onTimer)
  }

  private end(request: HeldRequest): void {
    this.remove(request)
    request.resume()
  }

  private remove(request: HeldRequest): void {
    this.deadlines.remove(request)
    const { topic, queueId, channel } = request
    const queues = this.byTopic.get(topic)
    const queue = queues?.get(queueId)
    if (queue?.delete(request) === true && queue.size === 0) queues?.delete(queueId)
    if (queues?.size === 0) this.byTopic.delete(topic)
    const ofChannel = this.byChannel.get(channel.id)
    if (ofChannel?.delete(request) === true && ofChannel.size === 0) this.byChannel.delete(channel.id)
  }

  private queueOf({ topic, queueId }: HeldRequest): Set<HeldRequest> {
    let queues = this.byTopic.get(topic)
    if (!queues) this.byTopic.set(topic, (queues = new Map<number, Set<HeldRequest>>()))
    let queue = queues.get(queueId)
    if (!queue) queues.set(queueId, (queue = new Set<HeldRequest>()))
    return queue
  }

  private channelOf({ channel }: HeldRequest): Set<HeldRequest> {
    let held = this.byChannel.get(channel.id)
    if (!held) this.byChannel.set(channel.id, (held = new Set<HeldRequest>()))
    return held
  }
}
