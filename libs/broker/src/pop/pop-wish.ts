import type { GetMessageResult, MessageFilter } from '@rocketmq-ts/store'

/** A queue that is looked through. */
export interface PopQueue {
  readonly topic: string
  readonly queueId: number
}

/** What was found in one queue. */
export interface FoundInQueue extends PopQueue {
  readonly startOffset: number
  readonly offsets: readonly number[]
  readonly result: GetMessageResult
  /** How often each was popped before, by offset; empty unless popped in order. */
  readonly consumedCounts: ReadonlyMap<number, number>
}

/** A pop in order takes nothing of a queue of which its group has something in its hands. */
export interface PopOrder {
  readonly attemptId: string | null
}

/** What a pop asks for. */
export interface PopWish {
  readonly group: string
  readonly messageCountMax: number
  readonly invisibleTime: number
  readonly initMode: number
  readonly filter: MessageFilter | null
  /** Null for one that takes what it finds. */
  readonly order: PopOrder | null
  /** In the order in which they are looked through. */
  readonly queues: readonly PopQueue[]
}

/** What a pop was given: their check points are written, and the results have to be released. */
export interface PopOutcome {
  readonly found: readonly FoundInQueue[]
  readonly popTime: number
  readonly reviveQueueId: number
  /** Messages of these queues that nobody of the group has been given. */
  readonly restCount: number
  /** Messages came, or a queue became free, after it was looked at: nobody is going to say so again. */
  readonly isWorthAnotherLook: boolean
}
