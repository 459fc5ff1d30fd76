import { silentLog, systemClock } from '@rocketmq-ts/base'
import type { Clock, Disk } from '@rocketmq-ts/base'
import { encodeMessageBatch, readStoredMessage, tagsCodeOf } from '@rocketmq-ts/protocol'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import { createFileMessageStore, messageStoreConfigSchema } from '../src'
import { journalDatabaseOn } from './key-value/journal-database'
import type {
  FileMessageStoreDeps,
  GetMessageQuery,
  GetMessageResult,
  MessageBatchToStore,
  MessageStore,
  MessageStoreConfig,
  MessageToStore,
  PutMessageResult,
} from '../src'

export const STORE_HOST = Buffer.from([127, 0, 0, 1, 0, 0, 0x2a, 0x9f])
const BORN_HOST = Buffer.from([10, 0, 0, 7, 0, 0, 0xd5, 0x8a])
export const ROOT = '/store'

/** Small files and little memory, so that a few messages reach every edge. Past the limits of the schema. */
export const SMALL: Partial<MessageStoreConfig> = {
  storePathRootDir: ROOT,
  mappedFileSizeCommitLog: 16 * 1024,
  mappedFileSizeConsumeQueue: 20 * 20,
  hotTailBytes: 40 * 1024,
  consumeQueueTailBytes: 2 * 1024,
  maxHashSlotNum: 1000,
  maxIndexNum: 4000,
}

export function configOf(values: Partial<MessageStoreConfig>): LiveConfig {
  return { ...messageStoreConfigSchema.parse({}), ...values }
}

/** The config of a running store, which a test may change. */
export type LiveConfig = { -readonly [Key in keyof MessageStoreConfig]: MessageStoreConfig[Key] }

export function createStore(
  values: Partial<MessageStoreConfig>,
  disk: Disk,
  clock?: Clock,
  more?: Pick<FileMessageStoreDeps, 'bitMapOf'>,
): MessageStore {
  return createStoreOf(configOf(values), disk, clock, more)
}

export function createStoreOf(
  config: MessageStoreConfig,
  disk: Disk,
  clock: Clock = systemClock,
  more: Partial<Pick<FileMessageStoreDeps, 'bitMapOf' | 'log'>> = {},
): MessageStore {
  return createFileMessageStore(config, {
    clock,
    disk,
    log: silentLog,
    storeHost: STORE_HOST,
    openDatabase: journalDatabaseOn(disk),
    delayMsOfLevel: level => level * 1000,
    ...more,
  })
}

export async function startStore(
  values: Partial<MessageStoreConfig>,
  disk: Disk,
  clock?: Clock,
  more: Pick<FileMessageStoreDeps, 'bitMapOf'> = {},
): Promise<MessageStore> {
  const store = createStore(values, disk, clock, more)
  await store.start()
  return store
}

export function messageOf(values: Partial<MessageToStore> = {}): MessageToStore {
  return {
    topic: 'TopicA',
    queueId: 0,
    flag: 0,
    sysFlag: 0,
    bornTimestamp: 1_700_000_000_000,
    bornHost: BORN_HOST,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    body: Buffer.from('hello'),
    properties: Buffer.alloc(0),
    tagsCode: 0,
    waitStoreMessageOk: true,
    ...values,
  }
}

export function taggedMessage(tag: string, values: Partial<MessageToStore> = {}): MessageToStore {
  return messageOf({ properties: Buffer.from(`TAGS\x01${tag}\x02`), tagsCode: tagsCodeOf(tag), ...values })
}

export function batchOf(bodies: readonly Buffer[], values: Partial<MessageToStore> = {}): MessageBatchToStore {
  const items = bodies.map(body => ({ flag: 0, body, properties: Buffer.alloc(0) }))
  return { ...messageOf(values), body: encodeMessageBatch(items) }
}

export function put(store: MessageStore, message: MessageToStore): Promise<PutMessageResult> {
  return new Promise(resolve => store.put(message, { onPut: result => resolve({ ...result }) }))
}

export function putBatch(store: MessageStore, batch: MessageBatchToStore): Promise<PutMessageResult> {
  return new Promise(resolve => store.putBatch(batch, { onPut: result => resolve({ ...result }) }))
}

export function get(store: MessageStore, query: Partial<GetMessageQuery> = {}): Promise<GetMessageResult> {
  const whole = {
    topic: 'TopicA',
    queueId: 0,
    queueOffset: 0,
    messageCountMax: 32,
    bytesMax: null,
    filter: null,
    ...query,
  }
  return new Promise((resolve, reject) => store.get(whole, { onGet: resolve, onGetFailed: reject }))
}

/** The messages of a result, as the caller's own; releases it. */
export function messagesOf(result: GetMessageResult): StoredMessage[] {
  const bytes = Buffer.concat(result.parts)
  result.release()
  const messages: StoredMessage[] = []
  for (let at = 0; at < bytes.length; at += messages.at(-1)?.recordBytes ?? 0)
    messages.push(readStoredMessage(bytes, at))
  return messages
}

/** Everything from the smallest offset of a queue on. */
export async function readQueue(store: MessageStore, topic: string, queueId: number): Promise<StoredMessage[]> {
  const messages: StoredMessage[] = []
  for (let queueOffset = store.minOffset(topic, queueId); queueOffset < store.maxOffset(topic, queueId);) {
    const result = await get(store, { topic, queueId, queueOffset })
    queueOffset = result.nextBeginOffset
    messages.push(...messagesOf(result))
  }
  return messages
}

/** Resolves when the turn of the event loop is over, and with it what was put in it. */
export function endOfTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(() => setImmediate(resolve)))
}
