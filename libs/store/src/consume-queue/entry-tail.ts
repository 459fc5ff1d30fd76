import { writeEntry } from './consume-queue-entry'

const FIRST_ENTRY_COUNT = 16
const QUEUE_BYTES_MAX = 1_024_000
const NO_BYTES = Buffer.alloc(0)

/** How much memory the tails of all queues may take together; each may have its first few entries beyond that. */
export class TailBudget {
  private takenBytes = 0

  constructor(private readonly bytesMax: number) {}

  get isExceeded(): boolean {
    return this.takenBytes > this.bytesMax
  }

  /** True if what must not be forgotten takes twice as much. */
  get isFarExceeded(): boolean {
    return this.takenBytes > 2 * this.bytesMax
  }

  has(bytes: number): boolean {
    return this.takenBytes + bytes <= this.bytesMax
  }

  take(bytes: number): void {
    this.takenBytes += bytes
  }

  giveBack(bytes: number): void {
    this.takenBytes -= bytes
  }
}

/** The newest entries of one queue, encoded as the file will have them. It grows with the queue's traffic. */
export class EntryTail {
  bytes: Buffer = NO_BYTES
  /** Queue offset of the entry at byte 0. */
  firstOffset = 0

  constructor(
    private readonly entryBytes: number,
    private readonly budget: TailBudget,
  ) {}

  /** True if there is room for the entry `queueOffset`. */
  hasRoom(queueOffset: number): boolean {
    return (queueOffset - this.firstOffset + 1) * this.entryBytes <= this.bytes.length
  }

  write(queueOffset: number, physicalOffset: number, messageBytes: number, tagsCode: number): void {
    writeEntry(this.bytes, (queueOffset - this.firstOffset) * this.entryBytes, physicalOffset, messageBytes, tagsCode)
  }

  /** The entries from..until as they go to the file. */
  entries(fromOffset: number, untilOffset: number): Buffer {
    return this.bytes.subarray(
      (fromOffset - this.firstOffset) * this.entryBytes,
      (untilOffset - this.firstOffset) * this.entryBytes,
    )
  }

  /** Twice the room, if the budget has it or `mustGrow`; false if not. */
  grow(mustGrow: boolean): boolean {
    const moreBytes = this.bytes.length === 0 ? FIRST_ENTRY_COUNT * this.entryBytes : this.bytes.length
    const mayGrow = this.bytes.length === 0 || (this.bytes.length < QUEUE_BYTES_MAX && this.budget.has(moreBytes))
    if (!mayGrow && !mustGrow) return false
    const grown = Buffer.allocUnsafeSlow(this.bytes.length + moreBytes)
    grown.set(this.bytes)
    this.bytes = grown
    this.budget.take(moreBytes)
    return true
  }

  /** Forgets the entries before `queueOffset`; those from there to `endOffset` stay. */
  forgetBefore(queueOffset: number, endOffset: number): void {
    const fromByte = (queueOffset - this.firstOffset) * this.entryBytes
    this.bytes.copyWithin(0, fromByte, (endOffset - this.firstOffset) * this.entryBytes)
    this.firstOffset = queueOffset
  }

  /** Gives all memory back; the next entry will be `queueOffset`. */
  clear(queueOffset: number): void {
    this.budget.giveBack(this.bytes.length)
    this.bytes = NO_BYTES
    this.firstOffset = queueOffset
  }
}
