import type { Clock, Timer } from '@rocketmq-ts/base'
import type { MessageStore } from '@rocketmq-ts/store'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import { SystemTopic } from '../topics/topic-names'
import type { OpBatchService } from './op-batch-service'

const GROUP = 'CID_RMQ_SYS_TRANS'
const RETRY_MS = 1_000

export interface TransactionProgressDeps {
  readonly store: Pick<MessageStore, 'maxPhysicalOffset' | 'flushedPhysicalOffset'>
  readonly offsets: Pick<ConsumerOffsetTable, 'commit' | 'query'>
  readonly ops: Pick<OpBatchService, 'doneBefore'>
  readonly clock: Pick<Clock, 'after'>
}

/**
 * How far half and op queue are done with: offsets of a group, as of any consumer. They are committed when the disk has
 * the copies that were put instead; else a loss of power could take a copy and leave the offset behind the message.
 */
export class TransactionProgress {
  private halfOffset = 0
  private opOffset = 0
  /** Where the log ended when the offsets were noted; null when they are committed. */
  private waitsForOffset: number | null = null
  private timer: Timer | null = null

  constructor(private readonly deps: TransactionProgressDeps) {}

  /** As committed; -1 for never. */
  committed(): { readonly half: number; readonly op: number } {
    const { offsets } = this.deps
    return {
      half: offsets.query(GROUP, SystemTopic.TRANSACTION_HALF, 0),
      op: offsets.query(GROUP, SystemTopic.TRANSACTION_OP_HALF, 0),
    }
  }

  note(halfOffset: number): void {
    const { store, ops } = this.deps
    const opOffset = ops.doneBefore(halfOffset) ?? this.opOffset
    if (halfOffset === this.halfOffset && opOffset === this.opOffset) return
    this.halfOffset = halfOffset
    this.opOffset = opOffset
    this.waitsForOffset = store.maxPhysicalOffset
    this.commit()
  }

  stop(): void {
    this.timer?.cancel()
    this.timer = null
  }

  private readonly commit = (): void => {
    const { store, offsets, clock } = this.deps
    this.stop()
    if (this.waitsForOffset === null) return
    if (store.flushedPhysicalOffset < this.waitsForOffset) {
      this.timer = clock.after(RETRY_MS, this.commit)
      return
    }
    this.waitsForOffset = null
    const queue = { group: GROUP, queueId: 0 }
    offsets.commit({ ...queue, topic: SystemTopic.TRANSACTION_HALF, offset: this.halfOffset })
    offsets.commit({ ...queue, topic: SystemTopic.TRANSACTION_OP_HALF, offset: this.opOffset })
  }
}
