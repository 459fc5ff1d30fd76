import { ENTRY_BYTES } from '../consume-queue/consume-queue-entry'
import type { GetMessageQuery } from '../message-store'
import type { MessageStoreConfig } from '../message-store-config'

/** Java's upper bound for one answer, whatever was asked for. */
const PULL_BYTES_MAX = 128 * 1024 ** 2
const PULL_BYTES_MIN = 100

/**
 * How much one get may return and look at. The first message always fits. "In memory" means near the end of the log,
 * where the page cache has it. Source: store/DefaultMessageStore.java (isTheBatchFull)
 */
export class TransferLimits {
  /** Entries that one get may look at. */
  readonly scanCountMax: number
  private readonly countMax: number
  private readonly bytesMax: number

  constructor(
    private readonly config: MessageStoreConfig,
    query: GetMessageQuery,
    /** Where "in memory" begins. */
    private readonly memoryOffset: number,
  ) {
    this.countMax = query.messageCountMax
    this.bytesMax = Math.min(Math.max(query.bytesMax ?? PULL_BYTES_MAX, PULL_BYTES_MIN), PULL_BYTES_MAX)
    this.scanCountMax = Math.ceil(Math.max(config.maxFilterMessageSize, this.countMax * ENTRY_BYTES) / ENTRY_BYTES)
  }

  /** True if a record of `recordBytes` at `physicalOffset` is too much beside the `count` of `bytes` found before. */
  isFull(count: number, bytes: number, recordBytes: number, physicalOffset: number, messageCount: number): boolean {
    if (count === 0) return false
    const sumBytes = bytes + recordBytes
    if (count + messageCount > this.countMax || sumBytes > this.bytesMax) return true
    const { config } = this
    return physicalOffset >= this.memoryOffset
      ? sumBytes > config.maxTransferBytesOnMessageInMemory || count >= config.maxTransferCountOnMessageInMemory
      : sumBytes > config.maxTransferBytesOnMessageInDisk || count >= config.maxTransferCountOnMessageInDisk
  }
}
