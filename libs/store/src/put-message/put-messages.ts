import {
  encodeMessageBatch,
  InvalidBatchError,
  placesInBatch,
  readMessageBatch,
  readProperty,
  storedBatchBytes,
  storedMessageBytes,
  storedPropertiesBytes,
  tagsCodeOf,
  withPropertyCrc,
  writePropertyCrc,
  writeStoredBatchItem,
  writeStoredMessage,
} from '@rocketmq-ts/protocol'
import type { BatchItemPlace, StoredMessageContent } from '@rocketmq-ts/protocol'
import type { CommitLog } from '../commit-log/commit-log'
import type { TailSegment } from '../commit-log/tail-segment'
import type { ConsumeQueue, ConsumeQueueStore } from '../consume-queue/consume-queue-store'
import { SCHEDULE_TOPIC, isInQueue } from '../consume-queue/dispatch-rules'
import { innerMessageCountIn, isInnerBatch } from '../consume-queue/inner-batch'
import type { MultiDispatch } from '../light-queues/multi-dispatch'
import { placeInLightQueues } from '../light-queues/place-in-light-queues'
import type { MessageBatchToStore, MessageToStore, PutListener } from '../message-store'
import type { MessageStoreConfig } from '../message-store-config'
import type { StoreCounters } from '../store-counters'
import type { StoreHealth } from '../store-health'
import { completedContent } from './completed-content'
import { refuseBody, refuseInnerBatch, refuseProperties, refuseRecord, refuseTopic } from './message-limits'
import type { Refusal } from './message-limits'
import type { PutTicket, PutTicketPool } from './put-ticket'
import type { PlacedRecord, PutTurn } from './put-turn'
import type { PutTurns } from './put-turns'

export interface PutMessagesDeps {
  readonly commitLog: Pick<CommitLog, 'reserve' | 'advance' | 'appendOffset'>
  readonly consumeQueues: Pick<ConsumeQueueStore, 'find' | 'require'>
  /** For messages that are in further queues; null: there are none. */
  readonly multiDispatch: Pick<MultiDispatch, 'of'> | null
  readonly turns: Pick<PutTurns, 'turn'>
  readonly tickets: PutTicketPool
  readonly health: StoreHealth
  readonly counters: StoreCounters
  /** Of this broker: 4 or 16 address bytes, then the port as int32. */
  readonly storeHost: Buffer
  /** Which SQL filters take a record of the topic; null if nobody keeps it. */
  readonly bitMapOf: ((topic: string, record: Buffer) => Buffer | null) | null
  /** The disk did not make room. */
  readonly onWriteFailed: (error: Error) => void
}

/** What is stored of a batch: an item becomes a record. */
interface BatchRecords {
  readonly content: MessageBatchToStore
  readonly items: readonly BatchItemPlace[]
}

type RecordOwner = Pick<StoredMessageContent, 'topic' | 'queueId' | 'sysFlag'>

/**
 * Takes messages in: checks them, chooses their offsets, and encodes each once, where it will be written from. From the
 * choice to the encoding nothing is awaited, so nothing has to be locked. PutTurns does the rest.
 * Source: store/CommitLog.java (asyncPutMessage, asyncPutMessages)
 */
export class PutMessages {
  private readonly place
  private readonly appendsPropertyCrc: boolean

  constructor(
    private readonly config: MessageStoreConfig,
    private readonly deps: PutMessagesDeps,
  ) {
    this.appendsPropertyCrc = config.enabledAppendPropCRC || config.forceVerifyPropCRC
    this.place = { queueOffset: 0, physicalOffset: 0, storeTimestamp: 0, storeHost: deps.storeHost }
  }

  put(message: MessageToStore, listener: PutListener): void {
    const ticket = this.deps.tickets.take(listener)
    const known = this.deps.consumeQueues.find(message.topic, message.queueId)
    const dispatched = this.deps.multiDispatch === null ? null : this.deps.multiDispatch.of(message)
    const isInner = isInnerBatch(message.sysFlag)
    const whole = dispatched === null ? message : dispatched.content
    const content =
      isInner || this.appendsPropertyCrc
        ? completedContent(whole, known?.nextOffset ?? 0, this.appendsPropertyCrc)
        : whole
    const messageCount = isInner ? innerMessageCountIn(message.properties) : 1
    const recordBytes = storedMessageBytes(content, this.deps.storeHost)
    const refusal =
      this.refusalOf(message, known, storedPropertiesBytes(content), recordBytes) ??
      (isInner
        ? refuseInnerBatch(messageCount, known ?? this.deps.consumeQueues.require(message.topic, message.queueId))
        : null) ??
      (dispatched === null ? null : dispatched.refusal)
    const segment = refusal === null ? this.reserve(ticket, recordBytes) : this.refuse(ticket, refusal)
    if (segment === null) return
    const queue = known ?? this.deps.consumeQueues.require(message.topic, message.queueId)
    const turn = this.begin(ticket, queue, message)
    const record = this.placeRecord(turn, queue, segment, content, message.tagsCode, messageCount)
    if (dispatched !== null) placeInLightQueues(turn, record, dispatched.queueNames, this.deps.consumeQueues)
    ticket.messageCount = messageCount
    ticket.storedBytes = recordBytes
  }

  putBatch(batch: MessageBatchToStore, listener: PutListener): void {
    const ticket = this.deps.tickets.take(listener)
    const stored = this.readBatch(batch, ticket)
    if (stored === null) return
    const { content, items } = stored
    const batchBytes = storedBatchBytes(content, items, this.deps.storeHost)
    const propertiesBytes = items.reduce((most, item) => Math.max(most, item.propertiesEnd - item.propertiesAt), 0)
    const known = this.deps.consumeQueues.find(batch.topic, batch.queueId)
    const refusal = this.refusalOf(batch, known, propertiesBytes, batchBytes)
    const segment = refusal === null ? this.reserve(ticket, batchBytes) : this.refuse(ticket, refusal)
    if (segment === null) return
    const queue = known ?? this.deps.consumeQueues.require(batch.topic, batch.queueId)
    const turn = this.begin(ticket, queue, batch)
    ticket.physicalOffsets = items.map(item => this.placeItem(turn, queue, segment, content, item))
    ticket.messageCount = items.length
    ticket.storedBytes = batchBytes
  }

  private readBatch(batch: MessageBatchToStore, ticket: PutTicket): BatchRecords | null {
    try {
      const content = this.appendsPropertyCrc ? withPropertyCrcs(batch) : batch
      const items = placesInBatch(content.body)
      if (items.length > 0) return { content, items }
      return this.refuse(ticket, { status: 'MESSAGE_ILLEGAL', reason: 'a batch without a message' })
    } catch (error) {
      if (!(error instanceof InvalidBatchError)) throw error
      return this.refuse(ticket, { status: 'MESSAGE_ILLEGAL', reason: error.message })
    }
  }

  private refusalOf(
    message: MessageToStore | MessageBatchToStore,
    queue: ConsumeQueue | null,
    propertiesBytes: number,
    recordBytes: number,
  ): Refusal | null {
    const { health } = this.deps
    if (!health.isWritable) return { status: 'SERVICE_NOT_AVAILABLE', reason: health.notWritableReason ?? '' }
    return (
      refuseBody(message, this.config) ??
      refuseProperties(propertiesBytes) ??
      refuseRecord(recordBytes, message, this.config) ??
      (queue === null ? refuseTopic(message.topic, this.config) : null)
    )
  }

  private refuse(ticket: PutTicket, { status, reason }: Refusal): null {
    this.deps.counters.putFailedCount += 1
    this.deps.tickets.refuse(ticket, status, reason)
    return null
  }

  private reserve(ticket: PutTicket, recordBytes: number): TailSegment | null {
    try {
      return this.deps.commitLog.reserve(recordBytes)
    } catch (error) {
      this.deps.onWriteFailed(error as Error)
      return this.refuse(ticket, { status: 'CREATE_MAPPED_FILE_FAILED', reason: (error as Error).message })
    }
  }

  private begin(ticket: PutTicket, queue: ConsumeQueue, message: MessageToStore | MessageBatchToStore): PutTurn {
    const turn = this.deps.turns.turn()
    ticket.physicalOffset = this.deps.commitLog.appendOffset
    ticket.queueOffset = isInQueue(message.sysFlag) ? queue.nextOffset : 0
    ticket.storeTimestamp = turn.storeTimestamp
    ticket.waitsForDisk = message.waitStoreMessageOk
    turn.tickets.push(ticket)
    return turn
  }

  private placeRecord(
    turn: PutTurn,
    queue: ConsumeQueue,
    segment: TailSegment,
    content: StoredMessageContent,
    tagsCode: number,
    messageCount: number,
  ): PlacedRecord {
    const record = this.recordAt(turn, queue, content)
    const end = writeStoredMessage(segment.bytes, segment.usedBytes, content, this.place)
    this.finishRecord(record, segment, end, tagsCode, messageCount)
    return record
  }

  /** Returns where the record begins. */
  private placeItem(
    turn: PutTurn,
    queue: ConsumeQueue,
    segment: TailSegment,
    batch: MessageBatchToStore,
    item: BatchItemPlace,
  ): number {
    const record = this.recordAt(turn, queue, batch)
    const end = writeStoredBatchItem(segment.bytes, segment.usedBytes, batch, item, this.place)
    const tags = readProperty(batch.body, 'TAGS', item.propertiesAt, item.propertiesEnd)
    this.finishRecord(record, segment, end, tagsCodeOf(tags), 1)
    return record.physicalOffset
  }

  /** The next record of the turn, and what `place` says of it. */
  private recordAt(turn: PutTurn, queue: ConsumeQueue, content: RecordOwner): PlacedRecord {
    const { place } = this
    const isVisible = isInQueue(content.sysFlag)
    const record = turn.nextRecord()
    record.topic = content.topic
    record.queueId = content.queueId
    record.queueOffset = place.queueOffset = isVisible ? queue.nextOffset : 0
    record.physicalOffset = place.physicalOffset = this.deps.commitLog.appendOffset
    record.storeTimestamp = place.storeTimestamp = turn.storeTimestamp
    record.queue = isVisible ? queue : null
    return record
  }

  /** What has been written up to `end` of the segment is part of the log and of its queue. */
  private finishRecord(
    record: PlacedRecord,
    segment: TailSegment,
    end: number,
    tagsCode: number,
    messageCount: number,
  ): void {
    const { bitMapOf, commitLog } = this.deps
    const { storeTimestamp } = record
    const bitMap = bitMapOf === null ? null : bitMapOf(record.topic, segment.bytes.subarray(segment.usedBytes, end))
    if (this.appendsPropertyCrc) writePropertyCrc(segment.bytes, segment.usedBytes, end)
    record.tagsCode = record.topic === SCHEDULE_TOPIC ? storeTimestamp + tagsCode : tagsCode
    record.storedBytes = end - segment.usedBytes
    commitLog.advance(segment, record.storedBytes)
    const { physicalOffset, storedBytes } = record
    record.queue?.append(physicalOffset, storedBytes, record.tagsCode, storeTimestamp, messageCount)
    if (bitMap !== null) record.queue?.keepBitMap?.(bitMap)
  }
}

/** The batch with room for a CRC in each item. Throws InvalidBatchError. */
function withPropertyCrcs(batch: MessageBatchToStore): MessageBatchToStore {
  return { ...batch, body: encodeMessageBatch(readMessageBatch(batch.body).map(withPropertyCrc)) }
}
