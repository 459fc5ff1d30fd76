import type { Disk } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { encodeProperties, readStoredMessage } from '@rocketmq-ts/protocol'
import type { MessageQuery, MessageStore, MessageStoreConfig, MessageToStore } from '../../src'
import { ROOT, SMALL, endOfTurn, messageOf, startStore } from '../store-fixture'

export const INDEX = `${ROOT}/index`
/** Few slots and entries, so that chains are long and files many. */
export const SMALL_INDEX: Partial<MessageStoreConfig> = { ...SMALL, maxHashSlotNum: 7, maxIndexNum: 12 }

export interface Keyed {
  readonly uniqueKey?: string
  readonly keys?: string
  readonly tags?: string
}

export function keyedMessage(text: string, { uniqueKey, keys, tags }: Keyed, values = {}): MessageToStore {
  const properties = { UNIQ_KEY: uniqueKey, KEYS: keys, TAGS: tags }
  const pairs = Object.entries(properties).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return messageOf({ body: Buffer.from(text), properties: encodeProperties(pairs), ...values })
}

/** The bodies of what is found, in order. */
export async function find(store: MessageStore, key: string, query: Partial<MessageQuery> = {}): Promise<string[]> {
  const whole = { topic: 'TopicA', key, keyType: 'KEY' as const, countMax: 64, beginTimestamp: 0, ...query }
  const { records } = await store.queryMessages({ endTimestamp: Number.MAX_SAFE_INTEGER, ...whole })
  return records.map(record => readStoredMessage(record, 0).body.toString())
}

/** Lets the index do what it does at the end of a turn, and what timers do within `ms`. */
export async function settle(clock: FakeClock, ms = 0): Promise<void> {
  clock.advance(ms)
  await endOfTurn()
  await endOfTurn()
}

/** The index files, the oldest first. */
export function indexFiles(disk: FaultyDisk): string[] {
  return [...disk.contents.keys()].filter(file => file.startsWith(`${INDEX}/`)).sort()
}

export function bytesOf(disk: FaultyDisk, file: string): Buffer {
  const content = disk.content(file)
  const bytes = Buffer.alloc(content.sizeBytes)
  content.read(bytes, 0, bytes.length, 0)
  return bytes
}

export function putFile(disk: Disk, file: string, bytes: Buffer): void {
  disk.makeFolder(file.slice(0, file.lastIndexOf('/')))
  disk.open(file, { create: true }).write(bytes, 0)
}

/** What the index of a stopped store is when it is made anew from the CommitLog. */
export async function rebuiltIndex(config: Partial<MessageStoreConfig>, disk: FaultyDisk): Promise<Buffer[]> {
  const copy = new FaultyDisk()
  const process = copy.process()
  for (const file of disk.contents.keys()) {
    if (file.includes('/commitlog/')) putFile(process, file, bytesOf(disk, file))
  }
  const store = await startStore(config, process, new FakeClock())
  await store.stop()
  return indexFiles(copy).map(file => bytesOf(copy, file))
}
