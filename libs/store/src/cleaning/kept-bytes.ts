import { isBlankEntry, readMessageBytes } from '../consume-queue/consume-queue-entry'
import type { ConsumeQueue, EntryRange } from '../consume-queue/consume-queue-store'
import { entryBytesOf, nextOffsetAt } from '../consume-queue/entry-of-range'

/** The part of a queue that is looked at. */
type CountedQueue = Pick<ConsumeQueue, 'minOffset' | 'maxOffset' | 'entriesInMemory' | 'readEntries'>

/** An entry of the queue. */
interface CountedEntry {
  readonly messageBytes: number
  /** Of the message behind it. */
  readonly nextOffset: number
}

/** How many bytes the messages of a queue have: counted once, then carried on at both ends. */
export class KeptBytes {
  private bytes = 0
  private fromOffset = 0
  private untilOffset = 0

  /** The first offset from which on the messages have at most `bytesMax`, the newest entry aside. */
  async offsetOf(queue: CountedQueue, bytesMax: number): Promise<number> {
    const { minOffset, maxOffset } = queue
    if (this.untilOffset < minOffset || this.untilOffset > maxOffset) this.beginAt(minOffset)
    await this.forget(queue, () => this.fromOffset < minOffset)
    await this.count(queue, maxOffset)
    await this.forget(queue, ({ nextOffset }) => this.bytes > bytesMax && nextOffset < maxOffset)
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
      for (const { messageBytes, nextOffset } of entriesOf(range, this.untilOffset)) {
        this.bytes += messageBytes
        this.untilOffset = nextOffset
        if (nextOffset >= maxOffset) return
      }
    }
  }

  /** Forgets the first entries, as long as `isTooMuch` says so of what begins then. */
  private async forget(queue: CountedQueue, isTooMuch: (first: CountedEntry) => boolean): Promise<void> {
    while (this.fromOffset < this.untilOffset) {
      const range = await entriesAt(queue, this.fromOffset)
      if (range === null) {
        this.beginAt(queue.minOffset)
        return
      }
      for (const entry of entriesOf(range, this.fromOffset)) {
        if (!isTooMuch(entry)) return
        this.bytes -= entry.messageBytes
        this.fromOffset = entry.nextOffset
        if (this.fromOffset >= this.untilOffset) return
      }
    }
  }
}

async function entriesAt(queue: CountedQueue, queueOffset: number): Promise<EntryRange | null> {
  return queue.entriesInMemory(queueOffset) ?? (await queue.readEntries(queueOffset))
}

/** A blank has no bytes. */
function* entriesOf(range: EntryRange, queueOffset: number): Generator<CountedEntry, void> {
  const entryBytes = entryBytesOf(range)
  for (let index = 0, nextOffset = queueOffset; index < range.entryCount; index += 1) {
    const at = range.at + index * entryBytes
    nextOffset = nextOffsetAt(range, at, nextOffset)
    yield { nextOffset, messageBytes: isBlankEntry(range.bytes, at) ? 0 : readMessageBytes(range.bytes, at) }
  }
}
