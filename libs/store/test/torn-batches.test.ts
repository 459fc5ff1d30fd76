import { silentLog } from '@rocketmq-ts/base'
import type { Disk } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { MessageSysFlag, encodeMessageBatch, readMessageBatch, readProperty } from '@rocketmq-ts/protocol'
import { createFileMessageStore } from '../src'
import type { MessageBatchToStore, MessageStore, MessageStoreConfig, MessageToStore } from '../src'
import { dieAt, isWriteTo } from './faults/die-at'
import { journalDatabaseOn } from './key-value/journal-database'
import { SMALL, STORE_HOST, configOf, endOfTurn, messageOf, put, putBatch, readQueue } from './store-fixture'

const BATCH_TOPIC = 'TopicBatch'
const ITEMS = ['first', '', 'the third item']
const body = encodeMessageBatch(
  ITEMS.map((item, index) => ({
    flag: index,
    body: Buffer.from(item),
    properties: Buffer.from(`TAGS\x01Tag${index}\x02`),
  })),
)

type Config = Pick<MessageStoreConfig, 'storeType' | 'flushDiskType'>

const configs: readonly Config[] = [
  { storeType: 'default', flushDiskType: 'ASYNC_FLUSH' },
  { storeType: 'default', flushDiskType: 'SYNC_FLUSH' },
  { storeType: 'kv', flushDiskType: 'ASYNC_FLUSH' },
]

async function start(config: Config, disk: Disk): Promise<MessageStore> {
  const store = createFileMessageStore(configOf({ ...SMALL, ...config }), {
    ...{ clock: new FakeClock(), disk, log: silentLog, storeHost: STORE_HOST },
    ...{ openDatabase: journalDatabaseOn(disk), delayMsOfLevel: () => 0 },
    isBatchTopic: topic => topic === BATCH_TOPIC,
  })
  await store.start()
  return store
}

/** Each item becomes a record. */
const outer: MessageBatchToStore = { ...messageOf(), body }
/** All items are one record, as the broker makes it. */
const inner: MessageToStore = messageOf({
  topic: BATCH_TOPIC,
  sysFlag: MessageSysFlag.INNER_BATCH | MessageSysFlag.NEED_UNWRAP,
  properties: Buffer.from(`UNIQ_KEY\x01u\x02INNER_NUM\x01${ITEMS.length}\x02`),
  body,
})

/** What a restart finds of `read` after a crash that tore the write of a batch behind one message; and once more. */
async function expectAfterTear(
  config: Config,
  takenBytes: number,
  { topic, send, read, found, messageCount }: Tear,
): Promise<void> {
  const disk = new FaultyDisk()
  const store = await start(config, disk.process())
  expect(await put(store, messageOf({ topic }))).toMatchObject({ status: 'PUT_OK' })
  let isAcknowledged = false
  await dieAt(disk, takenBytes, isWriteTo('/commitlog/'), async () => {
    send(store, () => (isAcknowledged = true))
    await endOfTurn()
  })
  expect(isAcknowledged).toBe(false)
  const restarted = await start(config, disk.process())
  expect([takenBytes, await read(restarted)]).toEqual([takenBytes, found])
  const next = await put(restarted, messageOf({ topic }))
  expect([takenBytes, next.status, next.queueOffset]).toEqual([takenBytes, 'PUT_OK', 1 + messageCount])
  disk.kill()
  const again = await start(config, disk.process())
  expect(await read(again)).toEqual([...found, 'hello'])
  expect(again.maxOffset(topic, 0)).toBe(2 + messageCount)
  await again.stop()
}

interface Tear {
  readonly topic: string
  /** Puts the batch. */
  readonly send: (store: MessageStore, onStored: () => void) => void
  /** All that the queue serves, in words. */
  readonly read: (store: MessageStore) => Promise<readonly string[]>
  /** All that the queue serves after it. */
  readonly found: readonly string[]
  /** How many queue offsets of the batch are left. */
  readonly messageCount: number
}

async function sizeOf(send: (store: MessageStore) => Promise<{ storedBytes: number }>): Promise<number> {
  const store = await start(configs[0]!, new FaultyDisk().process())
  const { storedBytes } = await send(store)
  await store.stop()
  return storedBytes
}

describe.each(configs)('with storeType=$storeType and $flushDiskType', config => {
  test('a batch that a crash tears at any byte leaves its first messages, each whole, and no part of one', async () => {
    const recordBytes: number[] = []
    for (let count = 1; count <= ITEMS.length; count += 1) {
      const part = encodeMessageBatch(readMessageBatch(body).slice(0, count))
      const all = await sizeOf(store => putBatch(store, { ...outer, body: part }))
      recordBytes.push(all - recordBytes.reduce((sum, bytes) => sum + bytes, 0))
    }
    const totalBytes = recordBytes.reduce((sum, bytes) => sum + bytes, 0)
    for (let takenBytes = 0; takenBytes <= totalBytes; takenBytes += 1) {
      let end = 0
      const messageCount = recordBytes.filter(bytes => (end += bytes) <= takenBytes).length
      await expectAfterTear(config, takenBytes, {
        topic: 'TopicA',
        send: (store, onStored) => store.putBatch(outer, { onPut: ({ status }) => status === 'PUT_OK' && onStored() }),
        read: async store => {
          const messages = await readQueue(store, 'TopicA', 0)
          return messages.map(message => `${message.body.toString()}${readProperty(message.properties, 'TAGS') ?? ''}`)
        },
        found: ['hello', ...ITEMS.slice(0, messageCount).map((item, index) => `${item}Tag${index}`)],
        messageCount,
      })
    }
  })

  test('a batch that is one record is there with all its messages or with none', async () => {
    const totalBytes = await sizeOf(store => put(store, inner))
    for (let takenBytes = 0; takenBytes < totalBytes; takenBytes += 1) {
      await expectAfterTear(config, takenBytes, {
        topic: BATCH_TOPIC,
        send: (store, onStored) => store.put(inner, { onPut: ({ status }) => status === 'PUT_OK' && onStored() }),
        read: async store => (await readQueue(store, BATCH_TOPIC, 0)).map(message => message.body.toString()),
        found: ['hello'],
        messageCount: 0,
      })
    }
  })
})

test('entries of a queue of batches that a crash tears at any byte are made again from the log', async () => {
  const config = configs[0]!
  const ENTRIES_BYTES = 4 * 46
  for (let takenBytes = 0; takenBytes <= ENTRIES_BYTES; takenBytes += 1) {
    const disk = new FaultyDisk()
    const store = await start(config, disk.process())
    for (let index = 0; index < 4; index += 1) await put(store, inner)
    await dieAt(disk, takenBytes, isWriteTo('/batchconsumequeue/'), () => store.stop())
    const restarted = await start(config, disk.process())
    const offsets = (await readQueue(restarted, BATCH_TOPIC, 0)).map(({ queueOffset }) => queueOffset)
    expect([takenBytes, offsets, restarted.maxOffset(BATCH_TOPIC, 0)]).toEqual([takenBytes, [0, 3, 6, 9], 12])
    expect(await put(restarted, inner)).toMatchObject({ status: 'PUT_OK', queueOffset: 12 })
    await restarted.stop()
  }
})
