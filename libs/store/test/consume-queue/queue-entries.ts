import { BATCH_ENTRY_BYTES, readBaseOffset, readMessageCount } from '../../src/consume-queue/batch-consume-queue-entry'
import {
  ENTRY_BYTES,
  isBlankEntry,
  readMessageBytes,
  readPhysicalOffset,
  readTagsCode,
} from '../../src/consume-queue/consume-queue-entry'
import type { ConsumeQueue } from '../../src/consume-queue/consume-queue-store'

export const RECORD_BYTES = 100

export interface Entry {
  readonly physicalOffset: number
  readonly messageBytes: number
  readonly tagsCode: number
}

/** All that the queue serves, by what a reader does: from memory, else from the disk. Null stands for a blank. */
export async function entriesOf(queue: ConsumeQueue): Promise<(Entry | null)[]> {
  const entries: (Entry | null)[] = []
  for (let queueOffset = queue.minOffset; queueOffset < queue.maxOffset;) {
    const range = queue.entriesInMemory(queueOffset) ?? (await queue.readEntries(queueOffset))
    if (range === null) throw new Error(`entry ${queueOffset} is missing`)
    for (let index = 0; index < range.entryCount; index += 1) {
      const at = range.at + index * ENTRY_BYTES
      entries.push(isBlankEntry(range.bytes, at) ? null : entryAt(range.bytes, at))
    }
    queueOffset += range.entryCount
  }
  return entries
}

/** All that a queue of batches serves: where each begins, how many messages it has, where its record is. */
export async function batchesOf(queue: ConsumeQueue): Promise<readonly (readonly [number, number, number])[]> {
  const batches: [number, number, number][] = []
  for (let queueOffset = queue.minOffset; queueOffset < queue.maxOffset;) {
    const range = queue.entriesInMemory(queueOffset) ?? (await queue.readEntries(queueOffset))
    if (range?.isOfBatches !== true) throw new Error(`batch ${queueOffset} is missing`)
    for (let index = 0; index < range.entryCount; index += 1) {
      const at = range.at + index * BATCH_ENTRY_BYTES
      const { bytes } = range
      batches.push([readBaseOffset(bytes, at), readMessageCount(bytes, at), readPhysicalOffset(bytes, at)])
      queueOffset = readBaseOffset(bytes, at) + readMessageCount(bytes, at)
    }
  }
  return batches
}

export const offsetsOf = ({ minOffset, maxOffset, nextOffset }: ConsumeQueue): readonly number[] => [
  minOffset,
  maxOffset,
  nextOffset,
]

/** A batch of so many messages. */
export function putBatchEntry(queue: ConsumeQueue, physicalOffset: number, messageCount: number): void {
  queue.append(physicalOffset, RECORD_BYTES, 0, 1000 + physicalOffset, messageCount)
  queue.publish(queue.nextOffset)
}

function entryAt(bytes: Buffer, at: number): Entry {
  return {
    physicalOffset: readPhysicalOffset(bytes, at),
    messageBytes: readMessageBytes(bytes, at),
    tagsCode: readTagsCode(bytes, at),
  }
}

export function put(queue: ConsumeQueue, physicalOffset: number): Entry {
  const entry = entryOf(physicalOffset)
  queue.append(entry.physicalOffset, entry.messageBytes, entry.tagsCode, 0, 1)
  queue.publish(queue.nextOffset)
  return entry
}

export function putMany(queue: ConsumeQueue, count: number, fromPhysicalOffset = 0): Entry[] {
  return Array.from({ length: count }, (_, index) => put(queue, fromPhysicalOffset + index * RECORD_BYTES))
}

export function entryOf(physicalOffset: number): Entry {
  return { physicalOffset, messageBytes: RECORD_BYTES, tagsCode: -1 - physicalOffset }
}

export const noPause = (): Promise<void> => Promise.resolve()
