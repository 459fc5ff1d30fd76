import fc from 'fast-check'
import { silentLog } from '@rocketmq-ts/base'
import type { Disk } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { MessageSysFlag, encodeMessageBatch, parseProperties, tagsCodeOf } from '@rocketmq-ts/protocol'
import { createFileMessageStore } from '../../src'
import type { MessageStore, MessageToStore } from '../../src'
import { QueueTypeError } from '../../src/consume-queue/queue-kinds'
import { journalDatabaseOn } from '../key-value/journal-database'
import { seeds } from '../faults/fault-session'
import {
  SMALL,
  STORE_HOST,
  configOf,
  endOfTurn,
  get,
  messageOf,
  messagesOf,
  put,
  readQueue,
  taggedMessage,
} from '../store-fixture'

const TOPIC = 'TopicBatch'

type StoreType = 'default' | 'kv'

function create(storeType: StoreType, disk: Disk, clock = new FakeClock(), batchTopic = TOPIC): MessageStore {
  const small = { ...SMALL, mapperFileSizeBatchConsumeQueue: 46 * 3, flushDiskType: 'SYNC_FLUSH' } as const
  const config = configOf({ ...small, consumeQueueTailBytes: 8 * 1024, storeType })
  return createFileMessageStore(config, {
    ...{ clock, disk, log: silentLog, storeHost: STORE_HOST },
    delayMsOfLevel: () => 0,
    isBatchTopic: topic => topic === batchTopic,
    openDatabase: journalDatabaseOn(disk),
  })
}

async function startWith(...how: Parameters<typeof create>): Promise<MessageStore> {
  const store = create(...how)
  await store.start()
  return store
}

/** As the broker makes it of a batch. */
function inner(messageCount: number | string, values: Partial<MessageToStore> = {}): MessageToStore {
  const items = Array.from({ length: Number(messageCount) || 1 }, (_, index) => ({
    flag: 0,
    body: Buffer.from(`item ${index}`),
    properties: Buffer.alloc(0),
  }))
  return messageOf({
    topic: TOPIC,
    sysFlag: MessageSysFlag.INNER_BATCH | MessageSysFlag.NEED_UNWRAP,
    properties: Buffer.from(`UNIQ_KEY\x01u\x02INNER_NUM\x01${messageCount}\x02`),
    body: encodeMessageBatch(items),
    ...values,
  })
}

async function statusOf(store: MessageStore, message: MessageToStore): Promise<string> {
  return (await put(store, message)).status
}

interface Session {
  readonly storeType: StoreType
  readonly counts: readonly number[]
  readonly waitMs: number
  readonly end: 'stop' | 'kill' | 'power'
  /** With which operation on the disk the start dies, if it does. */
  readonly death: number | null
}

const session: fc.Arbitrary<Session> = fc.record({
  storeType: fc.constantFrom('default' as const, 'kv' as const),
  counts: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 12 }),
  waitMs: fc.constantFrom(0, 1000, 60_000),
  end: fc.constantFrom('stop' as const, 'kill' as const, 'power' as const),
  death: fc.option(fc.integer({ min: 1, max: 120 })),
})

/** 1 is a single message. */
async function putAll(store: MessageStore, counts: readonly number[]): Promise<void> {
  await Promise.all(counts.map(count => put(store, count === 1 ? messageOf({ topic: TOPIC }) : inner(count))))
}

async function expectQueue(store: MessageStore, counts: readonly number[]): Promise<void> {
  const bases = counts.map((_, index) => counts.slice(0, index).reduce((sum, count) => sum + count, 0))
  const total = counts.reduce((sum, count) => sum + count, 0)
  expect(store.maxOffset(TOPIC, 0)).toBe(total)
  expect((await readQueue(store, TOPIC, 0)).map(({ queueOffset }) => queueOffset)).toEqual(bases)
  for (let queueOffset = 0; queueOffset < total; queueOffset += 1) {
    const result = await get(store, { topic: TOPIC, queueOffset, messageCountMax: 1 })
    const index = bases.findLastIndex(base => base <= queueOffset)
    expect(messagesOf(result).map(message => message.queueOffset)).toEqual([bases[index]])
  }
}

describe.each<StoreType>(['default', 'kv'])('queues of batches, storeType=%s', storeType => {
  const start = (disk: Disk, clock?: FakeClock, batchTopic?: string): Promise<MessageStore> =>
    startWith(storeType, disk, clock, batchTopic)

  test('each message of a batch takes a queue offset, and the record says the first', async () => {
    const store = await start(new FaultyDisk().process())
    expect(await put(store, inner(3))).toMatchObject({ queueOffset: 0, messageCount: 3 })
    expect(await put(store, messageOf({ topic: TOPIC }))).toMatchObject({ queueOffset: 3, messageCount: 1 })
    expect(await put(store, inner(2))).toMatchObject({ queueOffset: 4, messageCount: 2 })
    expect(store.maxOffset(TOPIC, 0)).toBe(6)
    const bases = (await readQueue(store, TOPIC, 0)).map(({ properties }) =>
      parseProperties(properties).get('INNER_BASE'),
    )
    expect(bases).toEqual(['0', undefined, '4'])
    await store.stop()
  })

  test('a get returns whole batches, the first however many messages it has, the others as far as they fit', async () => {
    const store = await start(new FaultyDisk().process())
    for (const count of [5, 2, 2]) await put(store, inner(count))
    const first = await get(store, { topic: TOPIC, queueOffset: 3, messageCountMax: 1 })
    expect([first.messageCount, first.nextBeginOffset, messagesOf(first).length]).toEqual([5, 5, 1])
    const two = await get(store, { topic: TOPIC, queueOffset: 0, messageCountMax: 8 })
    expect([two.messageCount, two.nextBeginOffset, messagesOf(two).length]).toEqual([7, 7, 2])
    await store.stop()
  })

  test('a batch has no tags, and is left to the consumer who wants some; a single message is not', async () => {
    const store = await start(new FaultyDisk().process())
    await put(store, inner(2))
    await put(store, taggedMessage('TagA', { topic: TOPIC }))
    await put(store, taggedMessage('TagB', { topic: TOPIC }))
    const filter = { matchesTagsCode: (code: number) => code === tagsCodeOf('TagB'), matchesRecord: null }
    const result = await get(store, { topic: TOPIC, queueOffset: 0, filter })
    expect(result.nextBeginOffset).toBe(4)
    expect(messagesOf(result).map(({ queueOffset }) => queueOffset)).toEqual([0, 3])
    await store.stop()
  })

  test('a search by time finds the first message of a batch', async () => {
    const clock = new FakeClock(1000)
    const store = await start(new FaultyDisk().process(), clock)
    for (const count of [3, 4, 2]) {
      await put(store, inner(count))
      clock.advance(1000)
    }
    const found = async (timestamp: number): Promise<number[]> => [
      await store.offsetByTime(TOPIC, 0, timestamp, 'LOWER'),
      await store.offsetByTime(TOPIC, 0, timestamp, 'UPPER'),
    ]
    expect(await found(500)).toEqual([0, 0])
    expect(await found(2000)).toEqual([3, 3])
    expect(await found(2500)).toEqual([7, 3])
    expect(await found(9000)).toEqual([9, 7])
    await store.stop()
  })

  test.each(['0', '-1', '32768', 'many', '1.5'])('a batch of %s messages is refused', async count => {
    const store = await start(new FaultyDisk().process())
    expect(await statusOf(store, inner(count))).toBe('MESSAGE_ILLEGAL')
    expect(store.maxOffset(TOPIC, 0)).toBe(0)
    await store.stop()
  })

  test('a batch as one record is refused by a topic whose queues are not of batches', async () => {
    const store = await start(new FaultyDisk().process())
    expect(await statusOf(store, inner(2, { topic: 'TopicA' }))).toBe('MESSAGE_ILLEGAL')
    await store.stop()
  })

  test('a store whose topics have changed their queue type does not start', async () => {
    const disk = new FaultyDisk()
    const store = await start(disk.process())
    await put(store, inner(2))
    await store.stop()
    await expect(start(disk.process(), new FakeClock(), 'TopicC')).rejects.toThrow(QueueTypeError)
  })

  test('a topic of batches is deleted with its files', async () => {
    const disk = new FaultyDisk()
    const process = disk.process()
    let store = await start(process)
    await put(store, inner(2))
    await store.stop()
    store = await start(process)
    await store.deleteTopics([TOPIC])
    expect(store.maxOffset(TOPIC, 0)).toBe(0)
    expect(process.list('/store/batchconsumequeue')).toEqual([])
    await store.stop()
  })

  test('a write that fails gives the queue offsets of a batch back', async () => {
    const disk = new FaultyDisk()
    const clock = new FakeClock()
    const store = await start(disk.process(), clock)
    await putAll(store, [3, 2])
    disk.fault = ({ kind }) => (kind === 'write' ? { code: 'ENOSPC', takenBytes: 40 } : null)
    await putAll(store, [4, 1, 5])
    expect(store.maxOffset(TOPIC, 0)).toBe(5)
    disk.fault = () => null
    clock.advance(5000)
    await endOfTurn()
    expect(await put(store, inner(2))).toMatchObject({ status: 'PUT_OK', queueOffset: 5 })
    await expectQueue(store, [3, 2, 2])
    disk.kill()
  })
})

/** A start that dies on the way, in the midst of what brings the queues over. */
async function dieAtStart(disk: FaultyDisk, storeType: StoreType, operation: number): Promise<void> {
  disk.killAtNth(operation, 20)
  await create(storeType, disk.process())
    .start()
    .catch(() => undefined)
  disk.kill()
  disk.fault = () => null
}

test('whatever is put, however the store ends, and whichever engine goes on: each offset leads to its batch', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(session, { minLength: 1, maxLength: 6 }), async sessions => {
      const disk = new FaultyDisk()
      const all: number[] = []
      for (const { storeType, counts, waitMs, end, death } of sessions) {
        if (death !== null) await dieAtStart(disk, storeType, death)
        const clock = new FakeClock()
        const store = await startWith(storeType, disk.process(), clock)
        await expectQueue(store, all)
        await putAll(store, counts)
        all.push(...counts)
        await expectQueue(store, all)
        clock.advance(waitMs)
        await endOfTurn()
        if (end === 'stop') await store.stop()
        else if (end === 'kill') disk.kill()
        else disk.losePower()
      }
      for (const storeType of ['default', 'kv'] as const) {
        const store = await startWith(storeType, disk.process())
        await expectQueue(store, all)
        await store.stop()
      }
    }),
    seeds(0.05),
  )
})

test('a queue of batches that has nothing left goes on where it was, whichever engine keeps it', async () => {
  const disk = new FaultyDisk()
  const first = await startWith('default', disk.process())
  await putAll(first, [3, 2, 4])
  for (let index = 0; index < 60; index += 1) await put(first, messageOf({ body: Buffer.alloc(700) }))
  await first.stop()
  for (const offset of [0, 1]) disk.contents.delete(`/store/commitlog/${String(offset * 16_384).padStart(20, '0')}`)
  for (const storeType of ['default', 'kv', 'default', 'kv'] as const) {
    const store = await startWith(storeType, disk.process())
    expect([store.minOffset(TOPIC, 0), store.maxOffset(TOPIC, 0)]).toEqual([9, 9])
    await store.stop()
  }
  const last = await startWith('kv', disk.process())
  expect(await put(last, inner(2))).toMatchObject({ queueOffset: 9, messageCount: 2 })
  await last.stop()
})

test('queues of batches that were in a database are in files again as they were, byte for byte', async () => {
  const disk = new FaultyDisk()
  const filesNow = (): readonly (readonly [string, Buffer])[] => {
    const names = [...disk.contents.keys()].filter(name => name.includes('batchconsumequeue')).sort()
    return names.map(name => {
      const bytes = Buffer.alloc(disk.content(name).sizeBytes)
      disk.content(name).read(bytes, 0, bytes.length, 0)
      return [name, bytes]
    })
  }
  const first = await startWith('default', disk.process())
  await putAll(first, [3, 1, 2, 5, 1, 4, 2])
  await first.stop()
  const before = filesNow()
  expect(before.length).toBeGreaterThan(1)
  for (const storeType of ['kv', 'default'] as const) await (await startWith(storeType, disk.process())).stop()
  expect(filesNow()).toEqual(before)
})
