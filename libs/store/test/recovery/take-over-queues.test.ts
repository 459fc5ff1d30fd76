import { silentLog } from '@rocketmq-ts/base'
import type { Log } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import * as fc from 'fast-check'
import type { MessageStore, MessageStoreConfig } from '../../src'
import { JAVA_GUARD } from '../../src/recovery/java-guard'
import { seeds } from '../faults/fault-session'
import {
  SMALL,
  configOf as storeConfigOf,
  createStore,
  createStoreOf,
  endOfTurn,
  messageOf,
  put,
  readQueue,
  startStore,
} from '../store-fixture'

type StoreType = MessageStoreConfig['storeType']

const QUEUES = ['TopicA', 'TopicB'].flatMap(topic => [0, 1].map(queueId => ({ topic, queueId })))
const FILES = { ...SMALL, storeType: 'default' } as const
const KV = { ...SMALL, consumeQueueTailBytes: 8 * 1024, storeType: 'kv' } as const
const configOf = { default: FILES, kv: KV }

const textsOf = async (store: MessageStore, topic: string, queueId: number): Promise<string[]> =>
  (await readQueue(store, topic, queueId)).map(({ body }) => body.toString().trimEnd())

async function putTexts(store: MessageStore, topic: string, texts: readonly string[]): Promise<void> {
  for (const text of texts) await put(store, messageOf({ topic, body: Buffer.from(text.padEnd(700)) }))
}

function numbers(from: number, until: number): string[] {
  return Array.from({ length: until - from }, (_, index) => String(from + index))
}

/** What is there of the queues' engines. */
function enginesOn(disk: FaultyDisk): readonly string[] {
  const names = [...disk.contents.keys()].filter(
    name => name.startsWith('/store/consumequeue') && !name.includes(JAVA_GUARD),
  )
  return [...new Set(names.map(name => name.split('/')[2] ?? ''))].sort()
}

test('each engine takes over what the other one kept, to and fro', async () => {
  const disk = new FaultyDisk()
  const expected: string[] = []
  for (const storeType of ['default', 'kv', 'default', 'kv', 'kv', 'default'] as const) {
    const store = await startStore(configOf[storeType], disk.process(), new FakeClock())
    await expect(textsOf(store, 'TopicA', 0)).resolves.toEqual(expected)
    const texts = numbers(expected.length, expected.length + 50)
    await putTexts(store, 'TopicA', texts)
    expected.push(...texts)
    await store.stop()
    expect(enginesOn(disk)).toEqual([storeType === 'kv' ? 'consumequeue-kv' : 'consumequeue'])
  }
})

test.each([
  ['default', 'kv'],
  ['kv', 'default'],
] as const)('how far it is, it says about once a second: from %s to %s', async (from, to) => {
  const disk = new FaultyDisk()
  const first = await startStore(configOf[from], disk.process(), new FakeClock())
  for (let queueId = 0; queueId < 40; queueId += 1) await put(first, messageOf({ queueId }))
  await first.stop()
  const clock = new FakeClock()
  let nowMs = 0
  clock.monotonicMs = () => (nowMs += 100) // whoever looks finds it later
  const said: { doneCount: number; totalCount: number }[] = []
  const info = (values: object, text: string): void => {
    if (text === 'bringing the queues over') said.push(values as { doneCount: number; totalCount: number })
  }
  const log: Log = { ...silentLog, info, child: () => log }
  const second = createStoreOf(storeConfigOf(configOf[to]), disk.process(), clock, { log })
  await second.start()
  expect(said.length).toBeGreaterThan(1)
  const done = said.map(({ doneCount }) => doneCount)
  expect(done).toEqual([...new Set(done)].sort((left, right) => left - right))
  expect(new Set(said.map(({ totalCount }) => totalCount))).toEqual(new Set([40]))
  await second.stop()
})

test('a queue that has nothing left goes on where it was, whichever engine keeps it', async () => {
  const disk = new FaultyDisk()
  const first = await startStore(FILES, disk.process(), new FakeClock())
  await putTexts(first, 'TopicA', numbers(0, 30))
  await putTexts(first, 'TopicB', numbers(0, 60))
  await first.stop()
  // The log begins behind the records of TopicA, as after cleaning.
  for (const offset of [0, 1, 2]) disk.contents.delete(`/store/commitlog/${String(offset * 16_384).padStart(20, '0')}`)
  for (const storeType of ['default', 'kv', 'default', 'kv'] as const) {
    const store = await startStore(configOf[storeType], disk.process(), new FakeClock())
    expect([store.minOffset('TopicA', 0), store.maxOffset('TopicA', 0)]).toEqual([30, 30])
    expect(store.minOffset('TopicB', 0)).toBeGreaterThan(0)
    expect(store.maxOffset('TopicB', 0)).toBe(60)
    await store.stop()
  }
  const last = await startStore(KV, disk.process(), new FakeClock())
  expect((await put(last, messageOf({ topic: 'TopicA' }))).queueOffset).toBe(30)
  await last.stop()
})

test('queues that are gone are made again from the log', async () => {
  for (const storeType of ['default', 'kv'] as const) {
    const disk = new FaultyDisk()
    const first = await startStore(configOf[storeType], disk.process(), new FakeClock())
    await putTexts(first, 'TopicA', numbers(0, 100))
    await first.stop()
    for (const folder of ['consumequeue', 'consumequeue-kv']) disk.process().remove(`/store/${folder}`)
    const second = await startStore(configOf[storeType], disk.process(), new FakeClock())
    await expect(textsOf(second, 'TopicA', 0)).resolves.toEqual(numbers(0, 100))
    await second.stop()
  }
})

test('Java, which knows nothing of the database, is not told that its own queues are up to date', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  await (await startStore(FILES, disk.process(), clock)).stop()
  const store = await startStore(KV, disk.process(), clock)
  await putTexts(store, 'TopicA', numbers(0, 20))
  clock.advance(60_000)
  await endOfTurn()
  await store.stop()
  const checkpoint = Buffer.alloc(48)
  disk.content('/store/checkpoint').read(checkpoint, 0, 48, 0)
  expect([checkpoint.readBigInt64BE(8), checkpoint.readBigInt64BE(40)]).toEqual([0n, 0n])
})

test('a queue of a wrong size keeps Java from starting, as long as the database has the queues', async () => {
  const disk = new FaultyDisk()
  const guards = (): readonly string[] => [...disk.contents.keys()].filter(name => name.includes(JAVA_GUARD))
  for (const storeType of ['kv', 'kv', 'default', 'kv'] as const) {
    const store = await startStore(configOf[storeType], disk.process(), new FakeClock())
    expect(store.topics()).not.toContain(JAVA_GUARD)
    await store.stop()
    const guard = `/store/consumequeue/${JAVA_GUARD}/0/00000000000000000000`
    expect(guards()).toEqual(storeType === 'kv' ? [guard] : [])
  }
  disk.process().remove('/store/consumequeue-kv')
  const last = await startStore(FILES, disk.process(), new FakeClock())
  expect(last.topics()).toEqual([])
  await last.stop()
})

test.each(['default', 'kv'] as const)(
  "queues of Java's RocksDB are not opened as anything else: %s",
  async storeType => {
    for (const folder of ['consumequeue', 'consumequeue_rocksdb']) {
      const disk = new FaultyDisk()
      const process = disk.process()
      process.makeFolder(`/store/${folder}`)
      process.writeText(`/store/${folder}/CURRENT`, 'MANIFEST-000005\n')
      const store = createStore(configOf[storeType], disk.process(), new FakeClock())
      await expect(store.start()).rejects.toMatchObject({ code: 'RMQ_ROCKSDB_QUEUES' })
      expect(disk.contents.has(`/store/${folder}/CURRENT`)).toBe(true)
    }
  },
)

test('what a process that died had written to the database survives a loss of power after the next start', async () => {
  const disk = new FaultyDisk()
  const clock = new FakeClock()
  const first = await startStore(KV, disk.process(), clock)
  await putTexts(first, 'TopicA', numbers(0, 20))
  disk.holdSyncs()
  clock.advance(60_000)
  await endOfTurn()
  disk.kill()
  expect(disk.content('/store/consumequeue-kv/db/journal').sizeBytes).toBeGreaterThan(0)
  const second = await startStore(KV, disk.process(), clock)
  clock.advance(60_000)
  await endOfTurn()
  disk.losePower()
  expect(second.maxOffset('TopicA', 0)).toBe(20)
  const third = await startStore(KV, disk.process(), new FakeClock())
  await expect(textsOf(third, 'TopicA', 0)).resolves.toEqual(numbers(0, 20))
})

test('a checkpoint that a dead process had set back stays so when the power goes while the queues are made again', async () => {
  const disk = new FaultyDisk()
  const first = await startStore(FILES, disk.process(), new FakeClock())
  await putTexts(first, 'TopicA', numbers(0, 60))
  await first.stop()
  disk.fault = ({ kind, path }) => {
    if (kind !== 'datasync' || path !== '/store/checkpoint') return null
    disk.kill()
    return { code: 'EIO', takenBytes: 0 }
  }
  await expect(startStore(KV, disk.process(), new FakeClock())).rejects.toThrow('checkpoint')
  disk.fault = () => null
  await startStore(FILES, disk.process(), new FakeClock())
  disk.losePower()
  const last = await startStore(FILES, disk.process(), new FakeClock())
  await expect(textsOf(last, 'TopicA', 0)).resolves.toEqual(numbers(0, 60))
})

const session = fc.record({
  storeType: fc.constantFrom<StoreType>('default', 'kv'),
  sends: fc.array(fc.record({ queue: fc.constantFrom(...QUEUES), count: fc.integer({ min: 1, max: 12 }) }), {
    maxLength: 12,
  }),
  waitMs: fc.constantFrom(0, 1000, 60_000),
  death: fc.option(fc.record({ operation: fc.integer({ min: 1, max: 200 }), takenBytes: fc.nat(3000) })),
  end: fc.constantFrom('stop', 'kill', 'power' as const),
})

type Session = typeof session extends fc.Arbitrary<infer T> ? T : never

/** What the clients have sent, and which of it they know to be stored. */
class Sent {
  private readonly queues = new Map<string, { readonly text: string; isAcknowledged: boolean }[]>()
  private count = 0

  put(store: MessageStore, { topic, queueId }: (typeof QUEUES)[number]): void {
    const message = { text: String((this.count += 1)), isAcknowledged: false }
    this.queueOf(topic, queueId).push(message)
    store.put(messageOf({ topic, queueId, body: Buffer.from(message.text.padEnd(900)) }), {
      onPut: ({ status }) => (message.isAcknowledged = status === 'PUT_OK'),
    })
  }

  /** Every acknowledged message is there, once and in order, and nothing that was not sent. What is there stays. */
  async check(store: MessageStore): Promise<void> {
    for (const { topic, queueId } of QUEUES) {
      const sent = this.queueOf(topic, queueId)
      const stored = await textsOf(store, topic, queueId)
      const mayBeThere = sent.filter(({ text, isAcknowledged }) => isAcknowledged || stored.includes(text))
      expect(stored).toEqual(mayBeThere.map(({ text }) => text))
      this.queues.set(
        `${topic}-${queueId}`,
        stored.map(text => ({ text, isAcknowledged: true })),
      )
    }
  }

  private queueOf(topic: string, queueId: number): { readonly text: string; isAcknowledged: boolean }[] {
    const queue = this.queues.get(`${topic}-${queueId}`) ?? []
    this.queues.set(`${topic}-${queueId}`, queue)
    return queue
  }
}

async function runSession(
  { storeType, sends, waitMs, death, end }: Session,
  disk: FaultyDisk,
  sent: Sent,
): Promise<void> {
  const clock = new FakeClock()
  const config = { ...configOf[storeType], flushDiskType: 'SYNC_FLUSH' } as const
  const store = createStore(config, disk.process(), clock)
  if (death !== null) disk.killAtNth(death.operation, death.takenBytes)
  const isStarted = await store.start().then(
    () => true,
    () => false,
  )
  expect(isStarted || death !== null).toBe(true)
  if (isStarted) {
    if (death === null) await sent.check(store)
    for (const { queue, count } of sends) {
      for (let index = 0; index < count; index += 1) sent.put(store, queue)
      await endOfTurn()
    }
    clock.advance(waitMs)
    await endOfTurn()
  }
  if (end === 'stop' && death === null) await store.stop()
  else if (end === 'power') disk.losePower()
  else disk.kill()
  disk.fault = () => null
}

test('nothing is lost, whenever a process dies or the power goes, and whenever the other engine takes over', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(session, { minLength: 1, maxLength: 6 }), async sessions => {
      const disk = new FaultyDisk()
      const sent = new Sent()
      for (const each of sessions) await runSession(each, disk, sent)
      for (const config of [FILES, KV]) {
        const store = await startStore(config, disk.process(), new FakeClock())
        await sent.check(store)
        await store.stop()
      }
    }),
    seeds(0.1),
  )
})
