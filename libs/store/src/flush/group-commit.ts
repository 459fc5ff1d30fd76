import type { Clock, Timer } from '@rocketmq-ts/base'

/** Something that waits until the CommitLog is on the disk up to `endOffset`. */
export interface FlushRequest {
  readonly endOffset: number
  /** When the wait is too long, on the monotonic clock. */
  readonly deadlineMs: number
}

export interface FlushListener<Request> {
  onFlushed(request: Request): void
  /** The deadline is over or the disk failed. `onFlushed` may still come. */
  onFlushLate(request: Request, reason: string): void
}

export interface GroupCommitDeps {
  readonly clock: Clock
  readonly commitLog: {
    readonly writtenOffset: number
    datasync(fromOffset: number, untilOffset: number): Promise<void>
  }
  readonly onSyncFailed: (error: Error) => void
}

interface Waiting {
  readonly request: FlushRequest
  readonly listener: FlushListener<FlushRequest>
  isLate: boolean
}

const LATE = 'the disk did not confirm the message within syncFlushTimeout; it is stored'

/**
 * Brings the CommitLog to the disk: one fdatasync at a time, and those who come while it runs share the next one.
 *
 *   | flushed | fdatasync runs | written: the next fdatasync |
 *
 * Source: store/CommitLog.java (GroupCommitService)
 */
export class GroupCommit {
  flushedOffset = 0
  /** In the order of their offsets, and so of their deadlines. */
  private waiting: Waiting[] = []
  private running: Promise<void> | null = null
  /** After a sync that failed the next may succeed and have lost bytes: nothing is promised any more. */
  private hasFailed = false
  private deadline: Timer | null = null

  constructor(private readonly deps: GroupCommitDeps) {}

  /** True if nothing waits for the disk. */
  get isIdle(): boolean {
    return this.waiting.length === 0
  }

  /** The CommitLog is on the disk up to `offset`, as recovery found. */
  beginAt(offset: number): void {
    this.flushedOffset = offset
  }

  wait<Request extends FlushRequest>(request: Request, listener: FlushListener<Request>): void {
    this.waiting.push({ request, listener, isLate: false })
    this.running ??= this.sync()
    this.watchDeadline()
  }

  /** Resolves to true when all that was written before the call is on the disk, to false if a sync has failed. */
  async flush(): Promise<boolean> {
    const untilOffset = this.deps.commitLog.writtenOffset
    while (this.flushedOffset < untilOffset && !this.hasFailed) {
      this.running ??= this.sync()
      await this.running
    }
    return !this.hasFailed
  }

  stop(): void {
    this.deadline?.cancel()
    this.deadline = null
  }

  private async sync(): Promise<void> {
    const { commitLog, onSyncFailed } = this.deps
    const untilOffset = commitLog.writtenOffset
    try {
      await commitLog.datasync(this.flushedOffset, untilOffset)
    } catch (error) {
      this.running = null
      this.hasFailed = true
      onSyncFailed(error as Error)
      this.tellLate(this.waiting, (error as Error).message)
      return
    }
    this.flushedOffset = untilOffset
    this.running = null
    this.tellFlushed()
    if (this.waiting.length > 0) this.running ??= this.sync()
  }

  private tellFlushed(): void {
    const openAt = this.waiting.findIndex(({ request }) => request.endOffset > this.flushedOffset)
    for (const { request, listener } of this.waiting.splice(0, openAt < 0 ? this.waiting.length : openAt)) {
      listener.onFlushed(request)
    }
  }

  private tellLate(late: readonly Waiting[], reason: string): void {
    for (const waiting of late) {
      if (!waiting.isLate) waiting.listener.onFlushLate(waiting.request, reason)
      waiting.isLate = true
    }
  }

  /** One timer, for the request that has waited longest. */
  private watchDeadline(): void {
    const oldest = this.waiting.find(({ isLate }) => !isLate)
    if (oldest === undefined || this.deadline !== null) return
    const { clock } = this.deps
    this.deadline = clock.after(Math.max(1, oldest.request.deadlineMs - clock.monotonicMs()), () => {
      this.deadline = null
      const nowMs = clock.monotonicMs()
      this.tellLate(
        this.waiting.filter(({ request }) => request.deadlineMs <= nowMs),
        LATE,
      )
      this.watchDeadline()
    })
  }
}
