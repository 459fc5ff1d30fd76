import {
  InvalidBatchError,
  readMessageBatch,
  readProperty,
  storedMessageBytes,
  storedPropertiesBytes,
  tagsCodeOf,
  withPropertyCrc,
  writePropertyCrc,
  writeStoredMessage,
} from '@rocketmq-ts/protocol'
import type { BatchItem, StoredMessageContent } from '@rocketmq-ts/protocol'
import type { CommitLog } from '../commit-log/commit-log'
import type { TailSegment } from '../commit-log/tail-segment'
import type { ConsumeQueue, ConsumeQueueStore } from '../consume-queue/consume-queue-store'
import { SCHEDULE_TOPIC, isInQueue } from '../consume-queue/dispatch-rules'
import { innerMessageCountIn, isInnerBatch } from '../consume-queue/inner-batch'
import type { MessageBatchToStore, MessageToStore, PutListener } from '../message-store'
import type { MessageStoreConfig } from '../message-store-config'
import type { StoreCounters } from '../store-counters'
import type { StoreHealth } from '../store-health'
import { completedContent } from './completed-content'
import { refuseBody, refuseInnerBatch, refuseProperties, refuseRecord, refuseTopic } from './message-limits'
import type { Refusal } from './message-limits'
import type { PutTicket, PutTicketPool } from './put-ticket'
import type { PutTurn } from './put-turn'
import type { PutTurns } from './put-turns'

export interface PutMessagesDeps {
  readonly commitLog: Pick<CommitLog, 'reserve' | 'advance' | 'appendOffset'>
  readonly consumeQueues: Pick<ConsumeQueueStore, 'find' | 'require'>
  readonly turns: Pick<PutTurns, 'turn'>
  readonly tickets: PutTicketPool
  readonly health: StoreHealth
  readonly counters: StoreCounters
  /** Of this broker: 4 or 16 address bytes, then the port as int32. */
  readonly storeHost: Buffer
  /** The disk did not make room. */
  readonly onWriteFailed: (error: Error) => void
}

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
    const isInner = isInnerBatch(message.sysFlag)
    const content =
      isInner || this.appendsPropertyCrc
        ? completedContent(message, known?.nextOffset ?? 0, this.appendsPropertyCrc)
        : message
    const messageCount = isInner ? innerMessageCountIn(message.properties) : 1
    const recordBytes = storedMessageBytes(content, this.deps.storeHost)
    const refusal =
      this.refusalOf(message, known, storedPropertiesBytes(content), recordBytes) ??
      (isInner
        ? refuseInnerBatch(messageCount, known ?? this.deps.consumeQueues.require(message.topic, message.queueId))
        : null)
    const segment = refusal === null ? this.reserve(ticket, recordBytes) : this.refuse(ticket, refusal)
    if (segment === null) return
    const queue = known ?? this.deps.consumeQueues.require(message.topic, message.queueId)
    const turn = this.begin(ticket, queue, message)
    this.placeRecord(turn, queue, segment, content, message.tagsCode, messageCount)
    ticket.messageCount = messageCount
    ticket.storedBytes = recordBytes
  }

  putBatch(batch: MessageBatchToStore, listener: PutListener): void {
    const ticket = this.deps.tickets.take(listener)
    const records = this.recordsOf(batch, ticket)
    if (records === null) return
    const { storeHost } = this.deps
    const batchBytes = records.reduce((sum, record) => sum + storedMessageBytes(record, storeHost), 0)
    const propertiesBytes = records.reduce((most, { properties }) => Math.max(most, properties.length), 0)
    const known = this.deps.consumeQueues.find(batch.topic, batch.queueId)
    const refusal = this.refusalOf(batch, known, propertiesBytes, batchBytes)
    const segment = refusal === null ? this.reserve(ticket, batchBytes) : this.refuse(ticket, refusal)
    if (segment === null) return
    const queue = known ?? this.deps.consumeQueues.require(batch.topic, batch.queueId)
    const turn = this.begin(ticket, queue, batch)
    ticket.physicalOffsets = records.map(record => {
      const physicalOffset = this.deps.commitLog.appendOffset
      this.placeRecord(turn, queue, segment, record, tagsCodeOf(readProperty(record.properties, 'TAGS')), 1)
      return physicalOffset
    })
    ticket.messageCount = records.length
    ticket.storedBytes = batchBytes
  }

  private recordsOf(batch: MessageBatchToStore, ticket: PutTicket): readonly StoredMessageContent[] | null {
    try {
      const items = readMessageBatch(batch.body)
      const records = items.map(item => contentOf(batch, item))
      if (records.length > 0) return this.appendsPropertyCrc ? records.map(withPropertyCrc) : records
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
      refuseBody(message.body.length, this.config) ??
      refuseProperties(propertiesBytes) ??
      refuseRecord(recordBytes, this.config) ??
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
  ): void {
    const { commitLog } = this.deps
    const { place } = this
    const isVisible = isInQueue(content.sysFlag)
    place.queueOffset = isVisible ? queue.nextOffset : 0
    place.physicalOffset = commitLog.appendOffset
    place.storeTimestamp = turn.storeTimestamp
    const record = turn.nextRecord()
    record.topic = content.topic
    record.queueId = content.queueId
    record.queueOffset = place.queueOffset
    record.physicalOffset = place.physicalOffset
    record.storeTimestamp = place.storeTimestamp
    record.tagsCode = content.topic === SCHEDULE_TOPIC ? place.storeTimestamp + tagsCode : tagsCode
    const end = writeStoredMessage(segment.bytes, segment.usedBytes, content, place)
    if (this.appendsPropertyCrc) writePropertyCrc(segment.bytes, segment.usedBytes, end)
    record.storedBytes = end - segment.usedBytes
    record.queue = isVisible ? queue : null
    commitLog.advance(segment, record.storedBytes)
    if (isVisible) {
      const { physicalOffset, storedBytes, storeTimestamp } = record
      queue.append(physicalOffset, storedBytes, record.tagsCode, storeTimestamp, messageCount)
    }
  }
}

function contentOf(batch: MessageBatchToStore, { flag, body, properties }: BatchItem): StoredMessageContent {
  return {
    topic: batch.topic,
    queueId: batch.queueId,
    flag,
    sysFlag: batch.sysFlag,
    bornTimestamp: batch.bornTimestamp,
    bornHost: batch.bornHost,
    reconsumeTimes: batch.reconsumeTimes,
    preparedTransactionOffset: 0,
    body,
    properties,
  }
}
