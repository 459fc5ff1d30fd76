import type { Clock } from '@rocketmq-ts/base'
import {
  encodeStoredMessage,
  readMessageBatch,
  readStoredMessage,
  tagsCodeOf,
  readProperty,
} from '@rocketmq-ts/protocol'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import type {
  ArrivalListener,
  GetListener,
  GetMessageQuery,
  GetMessageStatus,
  MessageBatchToStore,
  MessageStore,
  MessageToStore,
  PutListener,
  PutMessageStatus,
} from '@rocketmq-ts/store'

interface Entry {
  readonly record: Buffer
  readonly tagsCode: number
}

type Served = Pick<
  MessageStore,
  | 'put'
  | 'putBatch'
  | 'get'
  | 'readRecord'
  | 'recordInMemory'
  | 'isInMemory'
  | 'onArrival'
  | 'minOffset'
  | 'maxOffset'
  | 'queueIds'
>

/** A store without disk and without delay, in which a test can look, and which refuses what it is told to. */
export class MemoryMessageStore implements Served {
  /** What the next puts get instead of being stored. */
  readonly refusals: { readonly status: PutMessageStatus; readonly reason: string | null }[] = []
  readonly puts: MessageToStore[] = []
  unreleasedCount = 0
  private readonly queues = new Map<string, Entry[]>()
  private readonly records = new Map<number, Buffer>()
  private readonly listeners: ArrivalListener[] = []
  private endOffset = 0

  constructor(
    readonly storeHost: Buffer,
    private readonly clock: Pick<Clock, 'nowMs'>,
  ) {}

  put(message: MessageToStore, listener: PutListener): void {
    const refusal = this.refusals.shift()
    if (refusal) {
      listener.onPut({ ...this.nothing(), ...refusal })
      return
    }
    this.puts.push(message)
    const { physicalOffset, queueOffset, recordBytes } = this.append(message)
    listener.onPut({ ...this.nothing(), physicalOffset, queueOffset, messageCount: 1, storedBytes: recordBytes })
  }

  putBatch(batch: MessageBatchToStore, listener: PutListener): void {
    const stored = readMessageBatch(batch.body).map(item =>
      this.append({ ...plain(batch), ...item, tagsCode: tagsCodeOf(readProperty(item.properties, 'TAGS')) }),
    )
    const storedBytes = stored.reduce((sum, { recordBytes }) => sum + recordBytes, 0)
    const physicalOffsets = stored.map(({ physicalOffset }) => physicalOffset)
    const [{ physicalOffset, queueOffset }] = stored as [StoredMessage]
    listener.onPut({
      ...this.nothing(),
      ...{ physicalOffset, queueOffset, physicalOffsets, storedBytes, messageCount: stored.length },
    })
  }

  get(query: GetMessageQuery, listener: GetListener): void {
    const { topic, queueId, queueOffset, messageCountMax, filter } = query
    const queue = this.queues.get(`${topic}@${queueId}`) ?? []
    const maxOffset = queue.length
    const wanted = queue
      .slice(Math.max(queueOffset, 0))
      .filter(({ tagsCode }) => filter?.matchesTagsCode(tagsCode) ?? true)
      .filter(({ record }) => filter?.matchesRecord?.(record) ?? true)
      .slice(0, messageCountMax)
    const parts = wanted.map(({ record }) => record)
    const last = parts.at(-1)
    const status = statusOf(queueOffset, maxOffset, parts.length)
    this.unreleasedCount += 1
    listener.onGet({
      status,
      nextBeginOffset: nextOffset(status, {
        queueOffset,
        maxOffset,
        lastOffset: last ? readStoredMessage(last, 0).queueOffset : 0,
      }),
      minOffset: 0,
      maxOffset,
      parts,
      bodyBytes: parts.reduce((sum, part) => sum + part.length, 0),
      messageCount: parts.length,
      lastStoreTimestamp: 0,
      suggestPullingFromSlave: false,
      release: () => void (this.unreleasedCount -= 1),
    })
  }

  readRecord(physicalOffset: number): Promise<Buffer | null> {
    return Promise.resolve(this.records.get(physicalOffset) ?? null)
  }

  recordInMemory(physicalOffset: number): Buffer | null {
    return this.records.get(physicalOffset) ?? null
  }

  onArrival(listener: ArrivalListener): void {
    this.listeners.push(listener)
  }

  isInMemory(): boolean {
    return true
  }

  minOffset(): number {
    return 0
  }

  queueIds(topic: string): readonly number[] {
    const queues = [...this.queues.keys()].filter(name => name.startsWith(`${topic}@`))
    return queues.map(name => Number(name.slice(topic.length + 1)))
  }

  maxOffset(topic: string, queueId: number): number {
    return this.queues.get(`${topic}@${queueId}`)?.length ?? 0
  }

  messages(topic: string, queueId = 0): StoredMessage[] {
    return (this.queues.get(`${topic}@${queueId}`) ?? []).map(({ record }) => readStoredMessage(record, 0))
  }

  private append(message: MessageToStore): StoredMessage {
    const { topic, queueId, tagsCode } = message
    const key = `${topic}@${queueId}`
    const queue = this.queues.get(key) ?? []
    this.queues.set(key, queue)
    const place = {
      queueOffset: queue.length,
      physicalOffset: this.endOffset,
      storeTimestamp: this.clock.nowMs(),
      storeHost: this.storeHost,
    }
    const record = encodeStoredMessage(message, place)
    queue.push({ record, tagsCode })
    this.records.set(this.endOffset, record)
    this.endOffset += record.length
    for (const listener of this.listeners) listener({ ...place, topic, queueId, tagsCode, storedBytes: record.length })
    return readStoredMessage(record, 0)
  }

  private nothing() {
    return {
      status: 'PUT_OK' as PutMessageStatus,
      reason: null,
      physicalOffset: 0,
      queueOffset: 0,
      storeTimestamp: this.clock.nowMs(),
      messageCount: 0,
      storedBytes: 0,
      physicalOffsets: [] as number[],
    }
  }
}

function plain(batch: MessageBatchToStore): Omit<MessageToStore, 'properties' | 'flag' | 'tagsCode'> {
  const { topic, queueId, sysFlag, bornTimestamp, bornHost, reconsumeTimes, body, waitStoreMessageOk } = batch
  return {
    ...{ topic, queueId, sysFlag, bornTimestamp, bornHost, reconsumeTimes, body, waitStoreMessageOk },
    preparedTransactionOffset: 0,
  }
}

function statusOf(queueOffset: number, maxOffset: number, foundCount: number): GetMessageStatus {
  if (maxOffset === 0) return 'NO_MESSAGE_IN_QUEUE'
  if (queueOffset < 0) return 'OFFSET_TOO_SMALL'
  if (queueOffset === maxOffset) return 'OFFSET_OVERFLOW_ONE'
  if (queueOffset > maxOffset) return 'OFFSET_OVERFLOW_BADLY'
  return foundCount === 0 ? 'NO_MATCHED_MESSAGE' : 'FOUND'
}

function nextOffset(
  status: GetMessageStatus,
  at: { readonly queueOffset: number; readonly maxOffset: number; readonly lastOffset: number },
): number {
  switch (status) {
    case 'FOUND':
      return at.lastOffset + 1
    case 'OFFSET_OVERFLOW_ONE':
      return at.queueOffset
    case 'NO_MESSAGE_IN_QUEUE':
    case 'OFFSET_TOO_SMALL':
      return 0
    default:
      return at.maxOffset
  }
}
