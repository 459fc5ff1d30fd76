import type { Clock } from '@rocketmq-ts/base'
import type { CommitLog } from '../commit-log/commit-log'
import type { GroupCommit } from '../flush/group-commit'
import type { ArrivalListener } from '../message-store'
import type { MessageStoreConfig } from '../message-store-config'
import type { StoreCounters } from '../store-counters'
import type { PutTicket, PutTicketPool } from './put-ticket'
import { PutTurn } from './put-turn'

export interface PutTurnsDeps {
  readonly clock: Clock
  readonly commitLog: Pick<CommitLog, 'write' | 'rollback' | 'writtenOffset'>
  readonly groupCommit: Pick<GroupCommit, 'wait' | 'isIdle'>
  readonly tickets: PutTicketPool
  readonly counters: StoreCounters
  /** The disk did not take what was put. */
  readonly onWriteFailed: (error: Error) => void
}

/**
 * What was put in one turn of the event loop is written at its end, all at once; then it is published, answered and
 * announced, with SYNC_FLUSH when GroupCommit has it on the disk. Nothing is answered, served or announced before its
 * bytes are in the page cache: what a client has seen survives the death of this process.
 *
 *   put, put, put … | end of the turn: write | (sync) | publish | answer | announce
 */
export class PutTurns {
  /** Of the newest record that readers may see: where it begins, and its store time. */
  publishedPhysicalOffset = 0
  publishedTimestamp = 0
  /** Where the CommitLog ended with it. */
  publishedEndOffset = 0
  private lastStoreTimestamp = 0
  private current: PutTurn | null = null
  private readonly spares: PutTurn[] = []
  private startMs = 0
  private readonly arrivalListeners: ArrivalListener[] = []
  private readonly endTurn = (): void => this.end()
  private readonly flushWaiter = {
    onFlushed: (turn: PutTurn): void => this.complete(turn),
    onFlushLate: (turn: PutTurn, reason: string): void => this.answerLate(turn, reason),
  }

  constructor(
    private readonly config: Pick<MessageStoreConfig, 'flushDiskType' | 'syncFlushTimeout'>,
    private readonly deps: PutTurnsDeps,
  ) {}

  /** The newest record, as recovery found it. Store times go on from there and never back, whatever the clock does. */
  beginAt(newest: {
    readonly physicalOffset: number
    readonly storeTimestamp: number
    readonly endOffset: number
  }): void {
    this.publishedPhysicalOffset = newest.physicalOffset
    this.publishedTimestamp = newest.storeTimestamp
    this.publishedEndOffset = newest.endOffset
    this.lastStoreTimestamp = newest.storeTimestamp
  }

  onArrival(listener: ArrivalListener): void {
    this.arrivalListeners.push(listener)
  }

  /** The turn that is on. */
  turn(): PutTurn {
    return this.current ?? this.begin()
  }

  /** Ends the turn that is on, if one is. */
  end(): void {
    const turn = this.current
    if (turn === null) return
    this.current = null
    const failure = this.write()
    if (failure === null) this.succeed(turn)
    else this.fail(turn, failure)
  }

  private begin(): PutTurn {
    const { clock } = this.deps
    const turn = this.spares.pop() ?? new PutTurn()
    this.lastStoreTimestamp = Math.max(clock.nowMs(), this.lastStoreTimestamp)
    turn.storeTimestamp = this.lastStoreTimestamp
    this.startMs = clock.monotonicMs()
    this.current = turn
    clock.endOfTurn(this.endTurn)
    return turn
  }

  private write(): Error | null {
    try {
      this.deps.commitLog.write()
      return null
    } catch (error) {
      return error as Error
    }
  }

  /** A turn that finds others waiting for the disk stands in line behind them, whatever the flush type is by now. */
  private succeed(turn: PutTurn): void {
    const { clock, commitLog, counters, groupCommit } = this.deps
    const nowMs = clock.monotonicMs()
    counters.putEntireTimeMaxMs = Math.max(counters.putEntireTimeMaxMs, nowMs - this.startMs)
    counters.putTimes.record(nowMs - this.startMs, turn.tickets.length)
    turn.endOffset = commitLog.writtenOffset
    if (this.config.flushDiskType === 'ASYNC_FLUSH' && groupCommit.isIdle) {
      this.complete(turn)
      return
    }
    turn.deadlineMs = nowMs + this.config.syncFlushTimeout
    this.answerWhoDoNotWait(turn)
    groupCommit.wait(turn, this.flushWaiter)
  }

  /** Java shows nothing to readers either before SYNC_FLUSH has it on the disk. */
  private complete(turn: PutTurn): void {
    turn.publish()
    this.publishedPhysicalOffset = turn.lastPhysicalOffset
    this.publishedTimestamp = turn.storeTimestamp
    this.publishedEndOffset = turn.endOffset
    for (const ticket of turn.tickets) this.answerStored(ticket)
    for (const listener of this.arrivalListeners) turn.announce(listener)
    this.recycle(turn)
  }

  private answerWhoDoNotWait(turn: PutTurn): void {
    const { tickets } = turn
    let waitingCount = 0
    for (const ticket of tickets) {
      if (ticket.waitsForDisk) tickets[waitingCount++] = ticket
      else this.answerStored(ticket)
    }
    tickets.length = waitingCount
  }

  private answerStored(ticket: PutTicket): void {
    this.deps.counters.putMessageCount += ticket.messageCount
    this.deps.counters.putMessageBytes += ticket.storedBytes
    this.deps.tickets.answer(ticket)
  }

  /** Stored, and shown as soon as the disk has it; but nobody waits longer. */
  private answerLate(turn: PutTurn, reason: string): void {
    for (const ticket of turn.tickets) {
      ticket.status = 'FLUSH_DISK_TIMEOUT'
      ticket.reason = reason
      this.answerStored(ticket)
    }
    turn.tickets.length = 0
  }

  private fail(turn: PutTurn, failure: Error): void {
    const { commitLog, counters, onWriteFailed, tickets } = this.deps
    turn.rollback()
    commitLog.rollback()
    onWriteFailed(failure)
    counters.putFailedCount += turn.tickets.length
    for (const ticket of turn.tickets) tickets.refuse(ticket, 'SERVICE_NOT_AVAILABLE', failure.message)
    this.recycle(turn)
  }

  private recycle(turn: PutTurn): void {
    turn.clear()
    this.spares.push(turn)
  }
}
