import { ENTRY_BYTES, isBlankEntry, readMessageBytes } from '../consume-queue/consume-queue-entry'
import type { ConsumeQueue, EntryRange } from '../consume-queue/consume-queue-store'

/** The part of a queue that is looked at. */
type CountedQueue = Pick<ConsumeQueue, 'minOffset' | 'maxOffset' | 'entriesInMemory' | 'readEntries'>

/** How many bytes the messages of a queue have: counted once, then carried on at both ends. */
export class KeptBytes {
  private bytes = 0
  private fromOffset = 0
  private untilOffset = 0

  /** The first offset from which on the messages have at most `bytesMax`, the newest one aside. */
  async offsetOf(queue: CountedQueue, bytesMax: number): Promise<number> {
    const { minOffset, maxOffset } = queue
    if (this.untilOffset < minOffset || this.untilOffset > maxOffset) this.beginAt(minOffset)
    await this.forget(queue, () => this.fromOffset < minOffset)
    await this.count(queue, maxOffset)
    await this.forget(queue, () => this.bytes > bytesMax && this.fromOffset < maxOffset - 1)
    return Math.max(this.fromOffset, minOffset)
  }

  private beginAt(queueOffset: number): void {
    this.bytes = 0
    this.fromOffset = queueOffset
    this.untilOffset = queueOffset
  }

  private async count(queue: CountedQueue, maxOffset: number): Promise<void> {
    while (this.untilOffset < maxOffset) {
      const range = await entriesAt(queue, this.untilOffset)
      if (range === null) return
      const count = Math.min(range.entryCount, maxOffset - this.untilOffset)
      for (let index = 0; index < count; index += 1) this.bytes += messageBytesAt(range, index)
      this.untilOffset += count
    }
  }

  private async forget(queue: CountedQueue, isTooMuch: () => boolean): Promise<void> {
    while (isTooMuch()) {
      const range = await entriesAt(queue, this.fromOffset)
      if (range === null) {
        this.beginAt(queue.minOffset)
        return
      }
      for (let index = 0; index < range.entryCount && isTooMuch(); index += 1) {
        this.bytes -= messageBytesAt(range, index)
        this.fromOffset += 1
      }
    }
  }
}

async function entriesAt(queue: CountedQueue, queueOffset: number): Promise<EntryRange | null> {
  return queue.entriesInMemory(queueOffset) ?? (await queue.readEntries(queueOffset))
}

/** Of a blank, none. */
function messageBytesAt({ bytes, at }: EntryRange, index: number): number {
  const entryAt = at + index * ENTRY_BYTES
  return isBlankEntry(bytes, entryAt) ? 0 : readMessageBytes(bytes, entryAt)
}
