import { readBaseOffset } from '../consume-queue/batch-consume-queue-entry'
import type { EntryRange } from '../consume-queue/consume-queue-store'
import { recordOffsetAt } from './run-reader'
import type { QueueOfRuns, RunReader } from './run-reader'

/** A queue in which entries are looked for. */
export interface SearchedQueue extends QueueOfRuns {
  readonly minOffset: number
  readonly maxOffset: number
  entriesInMemory(queueOffset: number): EntryRange | null
}

type Runs = Pick<RunReader, 'entryAt'>

/** Where the entries end that point before `physicalOffset`: those that follow do not. */
export async function endOffsetBefore(queue: SearchedQueue, physicalOffset: number, runs: Runs): Promise<number> {
  let low = queue.minOffset
  let high = queue.maxOffset
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((await physicalOffsetAt(queue, middle, runs)) < physicalOffset) low = middle + 1
    else high = middle
  }
  return low
}

/** The first offset of an entry that points at or behind `physicalOffset`; that of the next one if none does. */
export async function firstOffsetFrom(queue: SearchedQueue, physicalOffset: number, runs: Runs): Promise<number> {
  const endOffset = await endOffsetBefore(queue, physicalOffset, runs)
  if (endOffset === queue.maxOffset || !queue.kind.isOfBatches) return endOffset
  const { bytes, at } = await entryAt(queue, endOffset, runs)
  return Math.max(endOffset, readBaseOffset(bytes, at)) // which is behind a gap
}

/** Where the record of an entry begins. Throws StorageError if the entry is not where it should be. */
export async function physicalOffsetAt(queue: SearchedQueue, queueOffset: number, runs: Runs): Promise<number> {
  const { bytes, at } = await entryAt(queue, queueOffset, runs)
  return recordOffsetAt(bytes, at)
}

async function entryAt(
  queue: SearchedQueue,
  queueOffset: number,
  runs: Runs,
): Promise<Pick<EntryRange, 'bytes' | 'at'>> {
  return queue.entriesInMemory(queueOffset) ?? (await runs.entryAt(queue, queueOffset))
}
