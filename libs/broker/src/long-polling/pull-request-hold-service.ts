import type { Component } from '@rocketmq-ts/base'
import type { Channel, ChannelEventListener } from '@rocketmq-ts/remoting'
import type { MessageArrival, MessageFilter, MessageStore } from '@rocketmq-ts/store'
import { isArrivalWanted } from './arrival-matching'
import { WaitingRoom } from './waiting-room'
import type { Waiter, WaitingRoomDeps } from './waiting-room'

/** A request that found nothing and waits for the next message of its queue. */
export interface HeldRequest extends Waiter {
  readonly topic: string
  readonly queueId: number
  /** The first message that it would take. */
  readonly queueOffset: number
  /** Null takes every message. */
  readonly filter: MessageFilter | null
  deadlineMs: number
}

/** Java looks again at whom a message has come for every 5 s, by the subscription of that time. */
const PASSED_OVER_MS = 5000

export interface PullRequestHoldServiceLimits {
  /** Over it a request is not held: its client is answered at once and asks again. */
  readonly heldRequestCountMax: number
}

export const pullRequestHoldServiceLimits: PullRequestHoldServiceLimits = { heldRequestCountMax: 100_000 }

export interface PullRequestHoldServiceDeps {
  readonly store: Pick<MessageStore, 'onArrival' | 'recordInMemory'>
  readonly clock: WaitingRoomDeps<HeldRequest>['clock']
}

/**
 * Long polling. A request waits until a message that it wants comes to its queue. An arrival costs as much as its queue
 * has waiters. Java looks at its waiters every 5 s, we at their time. A message that a filter does not want ends the wait
 * soon all the same: its group may have another filter by now. Source: broker/longpolling/PullRequestHoldService.java
 */
export class PullRequestHoldService implements Component, ChannelEventListener {
  private readonly byTopic = new Map<string, Map<number, Set<HeldRequest>>>()
  private readonly room: WaitingRoom<HeldRequest>

  constructor(
    private readonly limits: PullRequestHoldServiceLimits,
    private readonly deps: PullRequestHoldServiceDeps,
  ) {
    this.room = new WaitingRoom({ clock: deps.clock, onLeave: request => this.forget(request) })
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

  get heldCount(): number {
    return this.room.size
  }

  /** False: the request is not held, and must be answered now. */
  hold(request: HeldRequest): boolean {
    if (!this.room.admits(request) || this.heldCount >= this.limits.heldRequestCountMax) return false
    this.queueOf(request).add(request)
    this.room.enter(request)
    return true
  }

  onClose(channel: Pick<Channel, 'id'>): void {
    this.room.leaveAllOf(channel)
  }

  private readonly onArrival = (arrival: MessageArrival): void => {
    const { topic, queueId, queueOffset } = arrival
    const waiting = this.byTopic.get(topic)?.get(queueId)
    if (waiting === undefined) return
    for (const request of waiting) {
      if (queueOffset < request.queueOffset) continue
      if (isArrivalWanted(request.filter, arrival, this.deps.store)) this.room.wake(request)
      else this.room.hasten(request, this.deps.clock.monotonicMs() + PASSED_OVER_MS)
    }
  }

  private forget(request: HeldRequest): void {
    const { topic, queueId } = request
    const queues = this.byTopic.get(topic)
    const queue = queues?.get(queueId)
    if (queue?.delete(request) === true && queue.size === 0) queues?.delete(queueId)
    if (queues?.size === 0) this.byTopic.delete(topic)
  }

  private queueOf({ topic, queueId }: HeldRequest): Set<HeldRequest> {
    let queues = this.byTopic.get(topic)
    if (!queues) this.byTopic.set(topic, (queues = new Map<number, Set<HeldRequest>>()))
    let queue = queues.get(queueId)
    if (!queue) queues.set(queueId, (queue = new Set<HeldRequest>()))
    return queue
  }
}
