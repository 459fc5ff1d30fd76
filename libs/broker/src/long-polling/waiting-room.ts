import type { Channel } from '@rocketmq-ts/remoting'
import type { Deadlined } from './deadline-queue'
import { DeadlineTimer } from './deadline-timer'
import type { DeadlineTimerDeps } from './deadline-timer'

/** A request that is answered later. */
export interface Waiter extends Deadlined {
  readonly channel: Pick<Channel, 'id' | 'isOpen'>
  /** The wait is over: what it waits for may be there, or the time is up. */
  resume(isTimeUp: boolean): void
}

export interface WaitingRoomDeps<W extends Waiter> {
  readonly clock: DeadlineTimerDeps<W>['clock']
  /** Told of each that leaves, for whatever reason and before it is resumed. */
  readonly onLeave: (waiter: W) => void
}

/**
 * Where requests wait until they are woken, until their deadline, or until their connection is gone. What they wait for,
 * and where it is to be found, is known to those who keep the room.
 */
export class WaitingRoom<W extends Waiter> {
  private readonly byChannel = new Map<number, Set<W>>()
  private readonly deadlines: DeadlineTimer<W>
  private readonly woken: W[] = []
  private isOpen = false

  constructor(private readonly deps: WaitingRoomDeps<W>) {
    this.deadlines = new DeadlineTimer({ clock: deps.clock, onDue: waiter => this.end(waiter) })
  }

  get size(): number {
    return this.deadlines.size
  }

  open(): void {
    this.isOpen = true
  }

  /** Resumes all that wait, so that each can be answered, and lets nobody in any more. */
  close(): void {
    this.isOpen = false
    this.deadlines.stop()
    for (let waiter = this.deadlines.takeFirst(); waiter !== null; waiter = this.deadlines.takeFirst()) this.end(waiter)
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
  }

  /** Its time is up earlier than it was told. */
  hasten(waiter: W & { deadlineMs: number }, deadlineMs: number): void {
    if (waiter.deadlineMs <= deadlineMs) return
    this.deadlines.remove(waiter)
    waiter.deadlineMs = deadlineMs
    this.deadlines.add(waiter)
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
