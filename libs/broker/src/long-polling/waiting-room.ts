import type { Clock, Timer } from '@rocketmq-ts/base'
import type { Channel } from '@rocketmq-ts/remoting'
import { DeadlineQueue } from './deadline-queue'
import type { Deadlined } from './deadline-queue'

/** The system's timers count with 31 bits; longer ones fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

/** A request that is answered later. */
export interface Waiter extends Deadlined {
  readonly channel: Pick<Channel, 'id' | 'isOpen'>
  /** The wait is over: what it waits for may be there, or the time is up. */
  resume(isTimeUp: boolean): void
}

export interface WaitingRoomDeps<W extends Waiter> {
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>
  /** Told of each that leaves, for whatever reason and before it is resumed. */
  readonly onLeave: (waiter: W) => void
}

/**
 * Where requests wait until they are woken, until their deadline, or until their connection is gone. One timer serves
 * all deadlines. What they wait for, and where it is to be found, is known to those who keep the room.
 */
export class WaitingRoom<W extends Waiter> {
  private readonly byChannel = new Map<number, Set<W>>()
  private readonly deadlines = new DeadlineQueue<W>()
  private readonly woken: W[] = []
  private isOpen = false
  private timer: Timer | null = null
  private timerAtMs = Infinity

  constructor(private readonly deps: WaitingRoomDeps<W>) {}

  get size(): number {
    return this.deadlines.size
  }

  open(): void {
    this.isOpen = true
  }

  /** Resumes all that wait, so that each can be answered, and lets nobody in any more. */
  close(): void {
    this.isOpen = false
    this.timer?.cancel()
    this.timerAtMs = Infinity
    for (let first = this.deadlines.first(); first !== null; first = this.deadlines.first()) this.end(first)
  }

  /** False: there is nothing to wait for, or nobody to answer later. */
  admits({ channel }: Pick<W, 'channel'>): boolean {
    return this.isOpen && channel.isOpen
  }

  enter(waiter: W): void {
    const { id } = waiter.channel
    let ofChannel = this.byChannel.get(id)
    if (!ofChannel) this.byChannel.set(id, (ofChannel = new Set<W>()))
    ofChannel.add(waiter)
    this.deadlines.add(waiter)
    this.armTimer()
  }

  /** Resumes it after all that happens in this turn: one answer takes what comes together. */
  wake(waiter: W): void {
    this.leave(waiter)
    if (this.woken.push(waiter) === 1) queueMicrotask(this.resumeWoken)
  }

  /** Nobody is left to answer. */
  leaveAllOf({ id }: Pick<Channel, 'id'>): void {
    for (const waiter of this.byChannel.get(id) ?? []) this.leave(waiter)
  }

  private readonly resumeWoken = (): void => {
    for (const waiter of this.woken.splice(0)) waiter.resume(false)
  }

  private readonly onTimer = (): void => {
    this.timerAtMs = Infinity
    const nowMs = this.deps.clock.monotonicMs()
    let first = this.deadlines.first()
    while (first !== null && first.deadlineMs <= nowMs) {
      this.end(first)
      first = this.deadlines.first()
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

  private end(waiter: W): void {
    this.leave(waiter)
    waiter.resume(true)
  }

  private leave(waiter: W): void {
    this.deadlines.remove(waiter)
    const { id } = waiter.channel
    const ofChannel = this.byChannel.get(id)
    if (ofChannel?.delete(waiter) === true && ofChannel.size === 0) this.byChannel.delete(id)
    this.deps.onLeave(waiter)
  }
}
