import { PopRun } from '../pop/pop-run'
import type { PopRunDeps, PopRunListener } from '../pop/pop-run'
import type { FoundInQueue, PopOutcome } from '../pop/pop-wish'

export interface LitePopWish {
  readonly group: string
  readonly messageCountMax: number
  readonly invisibleTime: number
  readonly attemptId: string | null
  readonly popTime: number
}

export interface LitePopRunDeps {
  readonly runs: PopRunDeps
  /** The next lite topic that may have messages, or null. */
  readonly takeQueue: () => string | null
  /** It was taken in vain. */
  readonly giveBack: (queueName: string) => void
}

export interface LitePopRunListener {
  onPopped(found: readonly FoundInQueue[]): void
  onPopFailed(error: Error): void
}

/** Who has no offset begins at the newest message, or at the first one while all are in memory. */
const FROM_THE_NEWEST = 1

/**
 * Takes one lite topic after the other until it has messages enough. Each is popped in order: its group gets no more of it
 * until it has acknowledged these, or their time is up. Source: broker/processor/PopLiteMessageProcessor.java
 */
export class LitePopRun implements PopRunListener {
  private readonly found: FoundInQueue[] = []
  private readonly taken = new Set<string>()
  private queueName = ''
  private wantedCount: number
  private isLooking = false
  private isDone = false

  constructor(
    private readonly wish: LitePopWish,
    private readonly deps: LitePopRunDeps,
    private readonly listener: LitePopRunListener,
  ) {
    this.wantedCount = wish.messageCountMax
  }

  /** What is in memory comes at once: a loop, and no recursion, goes through many lite topics without messages. */
  start(): void {
    this.isLooking = true
    do this.popNext()
    while (this.takeDone())
    this.isLooking = false
  }

  onPopped({ found }: PopOutcome): void {
    for (const each of found) {
      this.found.push(each)
      this.wantedCount -= each.offsets.length
    }
    if (this.isLooking) this.isDone = true
    else this.start()
  }

  onPopFailed(error: Error): void {
    for (const { result } of this.found) result.release()
    this.deps.giveBack(this.queueName)
    this.listener.onPopFailed(error)
  }

  /** True once after each lite topic that is done with. */
  private takeDone(): boolean {
    const { isDone } = this
    this.isDone = false
    return isDone
  }

  private popNext(): void {
    const queueName = this.wantedCount > 0 ? this.takeQueue() : null
    if (queueName === null) {
      this.listener.onPopped(this.found)
      return
    }
    this.queueName = queueName
    const { group, invisibleTime, attemptId, popTime } = this.wish
    const wish = {
      ...{ group, invisibleTime, initMode: FROM_THE_NEWEST, filter: null, order: { attemptId } },
      messageCountMax: this.wantedCount,
      queues: [{ topic: queueName, queueId: 0 }],
    }
    new PopRun(wish, popTime, this.deps.runs, this).start()
  }

  /** One that comes a second time waits for the next pop. */
  private takeQueue(): string | null {
    const queueName = this.deps.takeQueue()
    if (queueName === null || !this.taken.has(queueName)) {
      if (queueName !== null) this.taken.add(queueName)
      return queueName
    }
    this.deps.giveBack(queueName)
    return null
  }
}
