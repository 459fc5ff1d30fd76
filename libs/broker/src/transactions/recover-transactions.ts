import type { Log } from '@rocketmq-ts/base'
import { MessageSysFlag, readProperty } from '@rocketmq-ts/protocol'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import { SystemTopic } from '../topics/topic-names'
import { halfMessageOf, identityOf } from './half-message'
import type { HalfMessage } from './half-message'
import { readQueue } from './half-queues'
import { HalfState } from './half-states'
import { OP_TAG } from './op-batch-service'
import type { OpBatchService } from './op-batch-service'
import type { TransactionMetrics } from './transaction-metrics'
import type { TransactionTable } from './transaction-table'

export interface RecoverTransactionsDeps {
  readonly store: Pick<MessageStore, 'get' | 'minOffset' | 'maxOffset' | 'offsetByTime'>
  readonly table: TransactionTable
  readonly ops: Pick<OpBatchService, 'add' | 'found'>
  readonly metrics: Pick<TransactionMetrics, 'halfEndOffset' | 'recount'>
  readonly log: Log
}

/** All copies of one half message that are in the queue, as the newest tells. */
interface Transaction {
  readonly identity: string
  readonly half: Pick<HalfMessage, 'realTopic' | 'realQueueId' | 'isCopy'>
  /** Of the oldest copy. */
  readonly storeTimestamp: number
  readonly queueOffset: number
  readonly physicalOffset: number
}

/**
 * Finds out which half messages are open, from what the queues hold: the op messages name the ended ones; of two copies
 * the newer counts; and a message that was committed before its op message was written lies in its own queue, and names
 * its half message. So a crash at any point commits nothing twice. Rejects with StorageError.
 */
export async function recoverTransactions(
  offsets: { readonly half: number; readonly op: number },
  deps: RecoverTransactionsDeps,
): Promise<void> {
  const { store, table, metrics, log } = deps
  const halfPart = partOf(store, SystemTopic.TRANSACTION_HALF, offsets.half)
  table.beginAt(halfPart.fromOffset)
  const endedBefore = await readOpMessages(partOf(store, SystemTopic.TRANSACTION_OP_HALF, offsets.op), deps)
  const open = new OpenTransactions(table, endedBefore)
  await readQueue(store, halfPart, messages => {
    for (const message of messages) open.add(message)
    return true
  })
  const committedCount = await findCommitted(open, deps)
  open.rememberCopies()
  metrics.recount(open.countsBefore(metrics.halfEndOffset))
  table.advance(halfPart.endOffset)
  log.info({ ...halfPart, beginOffset: table.beginOffset, committedCount }, 'transactions recovered')
}

/** From the saved offset on, as far as the queue has it. */
function partOf(
  store: RecoverTransactionsDeps['store'],
  topic: string,
  savedOffset: number,
): { topic: string; queueId: number; fromOffset: number; endOffset: number } {
  const endOffset = store.maxOffset(topic, 0)
  const fromOffset = Math.min(Math.max(savedOffset, store.minOffset(topic, 0)), endOffset)
  return { topic, queueId: 0, fromOffset, endOffset }
}

/** Sets what has ended; returns those that lie before what the table knows. */
async function readOpMessages(
  part: ReturnType<typeof partOf>,
  { store, table, ops, log }: RecoverTransactionsDeps,
): Promise<ReadonlySet<number>> {
  const endedBefore = new Set<number>()
  await readQueue(store, part, messages => {
    for (const { queueOffset, body, properties } of messages) {
      const halfOffsets = readProperty(properties, 'TAGS') === OP_TAG ? halfOffsetsIn(body) : []
      if (halfOffsets.length === 0) log.warn({ queueOffset }, 'a message of the op topic says nothing')
      for (const halfOffset of halfOffsets) {
        if (halfOffset < table.beginOffset) endedBefore.add(halfOffset)
        else table.set(halfOffset, HalfState.ENDED)
      }
      ops.found({ queueOffset, greatestHalfOffset: halfOffsets.reduce((a, b) => Math.max(a, b), -1) })
    }
    return true
  })
  return endedBefore
}

/** `12,13,` in decimal; what is no number is passed over. */
function halfOffsetsIn(body: Buffer): number[] {
  return body
    .toString('latin1')
    .split(',')
    .filter(text => /^\d{1,15}$/.test(text))
    .map(Number)
}

/** The transactions of the half queue while it is read in order. */
class OpenTransactions {
  private readonly byIdentity = new Map<string, Transaction>()
  private readonly byPhysicalOffset = new Map<number, string>()
  private readonly topics = new Map<number, string>()

  constructor(
    private readonly table: TransactionTable,
    private readonly endedBefore: ReadonlySet<number>,
  ) {}

  add(record: StoredMessage): void {
    const half = halfMessageOf(record)
    if (half === null) return
    const { queueOffset, physicalOffset } = record
    const identity = identityOf(half)
    const older = half.isCopy ? this.byIdentity.get(identity) : undefined
    if (older !== undefined) this.moveOn(older, queueOffset)
    if (half.preparedQueueOffset !== null && this.endedBefore.has(half.preparedQueueOffset)) {
      this.table.set(queueOffset, HalfState.ENDED)
    }
    const { realTopic, realQueueId, isCopy } = half
    const storeTimestamp = older?.storeTimestamp ?? record.storeTimestamp
    this.byIdentity.set(identity, {
      ...{ identity, queueOffset, physicalOffset, storeTimestamp },
      half: { realTopic, realQueueId, isCopy },
    })
    this.byPhysicalOffset.set(physicalOffset, identity)
    this.topics.set(queueOffset, realTopic)
  }

  /** Those that nothing says to have ended. */
  open(): readonly Transaction[] {
    return [...this.byIdentity.values()].filter(({ queueOffset }) => this.table.stateOf(queueOffset) === HalfState.OPEN)
  }

  /** The transaction that a committed message names by any of its copies, or null. */
  namedBy({ preparedTransactionOffset }: StoredMessage): Transaction | null {
    const identity = this.byPhysicalOffset.get(preparedTransactionOffset)
    return identity === undefined ? null : (this.byIdentity.get(identity) ?? null)
  }

  /** How many are open of each topic, as far as `endOffset`. */
  countsBefore(endOffset: number): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const [queueOffset, topic] of this.topics) {
      if (queueOffset >= endOffset || this.table.stateOf(queueOffset) !== HalfState.OPEN) continue
      counts.set(topic, (counts.get(topic) ?? 0) + 1)
    }
    return counts
  }

  rememberCopies(): void {
    for (const { identity, half, queueOffset, physicalOffset } of this.open()) {
      if (half.isCopy) this.table.rememberCopy(identity, { queueOffset, physicalOffset })
    }
  }

  /** What was said of the older copy goes for the newer one too. */
  private moveOn(older: Transaction, queueOffset: number): void {
    const state = this.table.stateOf(older.queueOffset)
    if (state === HalfState.OPEN) this.table.set(older.queueOffset, HalfState.MOVED)
    else if (state !== HalfState.MOVED) this.table.set(queueOffset, state)
  }
}

/** Looks in the queues that open transactions are for, from the time of the oldest on. Returns how many were committed. */
async function findCommitted(
  transactions: OpenTransactions,
  { store, table, ops }: RecoverTransactionsDeps,
): Promise<number> {
  const queues = new Map<string, Transaction>()
  for (const transaction of transactions.open()) {
    const key = `${transaction.half.realTopic}@${transaction.half.realQueueId}`
    const oldest = queues.get(key)
    if (oldest === undefined || transaction.storeTimestamp < oldest.storeTimestamp) queues.set(key, transaction)
  }
  let committedCount = 0
  for (const { half, storeTimestamp } of queues.values()) {
    const { realTopic: topic, realQueueId: queueId } = half
    const fromOffset = await store.offsetByTime(topic, queueId, storeTimestamp, 'LOWER')
    const part = { topic, queueId, fromOffset, endOffset: store.maxOffset(topic, queueId) }
    await readQueue(store, part, messages => {
      for (const message of messages) {
        if ((message.sysFlag & MessageSysFlag.TRANSACTION_MASK) !== MessageSysFlag.TRANSACTION_COMMIT) continue
        const transaction = transactions.namedBy(message)
        if (transaction === null || table.stateOf(transaction.queueOffset) !== HalfState.OPEN) continue
        table.set(transaction.queueOffset, HalfState.COMMITTED)
        ops.add(transaction.queueOffset)
        committedCount += 1
      }
      return true
    })
  }
  return committedCount
}
