import * as path from 'node:path'
import { silentLog } from '@rocketmq-ts/base'
import type { Clock, Disk } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { matchesPropertyCrc, parseProperties, readStoredMessage, tagsCodeOf } from '@rocketmq-ts/protocol'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import { createFileMessageStore } from '../../src'
import type { MessageStore, MessageStoreConfig } from '../../src'
import { ROOT, STORE_HOST, configOf, get, messagesOf, put, readQueue, taggedMessage } from '../store-fixture'
import { bytesOf, inflated, putFiles } from './java-files'
import rareKinds from './rare-kinds.json'

const HOW = ['killed', 'stopped'] as const
const LONG_TOPIC = `%RETRY%${'g'.repeat(150)}`
const QUEUE_FOLDERS = ['consumequeue', 'batchconsumequeue', 'consumequeue_ext']
const LENGTHS = { [`${LONG_TOPIC}/0`]: 1, 'TopicA/0': 16, 'TopicA/1': 15, 'TopicBatch/0': 100 }

async function start(
  disk: Disk,
  clock: Clock = new FakeClock(),
  values: Partial<MessageStoreConfig> = {},
): Promise<MessageStore> {
  const config = configOf({
    storePathRootDir: ROOT,
    mappedFileSizeCommitLog: 8192,
    mappedFileSizeConsumeQueue: 200,
    mapperFileSizeBatchConsumeQueue: 184,
    enabledAppendPropCRC: true,
    forceVerifyPropCRC: true,
    mappedFileSizeConsumeQueueExt: 100,
    enableConsumeQueueExt: true,
    ...values,
  })
  const store = createFileMessageStore(config, {
    clock,
    disk,
    log: silentLog,
    storeHost: STORE_HOST,
    delayMsOfLevel: () => 0,
    isBatchTopic: topic => topic === 'TopicBatch',
  })
  await store.start()
  return store
}

function lengthsOf(store: MessageStore): Record<string, number> {
  const lengths: Record<string, number> = {}
  for (const topic of store.topics()) {
    for (const queueId of store.queueIds(topic)) lengths[`${topic}/${queueId}`] = store.maxOffset(topic, queueId)
  }
  return lengths
}

function diskWith(how: (typeof HOW)[number]): Disk {
  const disk = new FaultyDisk().process()
  putFiles(disk, rareKinds[how])
  return disk
}

/** Every record of Java's log, in order. */
function javaRecords(): StoredMessage[] {
  const records: StoredMessage[] = []
  for (const [name, deflated] of Object.entries(rareKinds.stopped)) {
    if (!name.startsWith('commitlog/')) continue
    const bytes = inflated(deflated)
    for (let at = 0; bytes.readInt32BE(at + 4) < -600_000_000 && bytes.readInt32BE(at + 4) > -700_000_000;) {
      expect(matchesPropertyCrc(bytes.subarray(at, at + bytes.readInt32BE(at)))).toBe(true)
      const record = readStoredMessage(bytes, at)
      records.push(record)
      at += record.recordBytes
    }
  }
  return records
}

/** All files of queues and what lies beside them are those of Java, to the byte. */
function expectQueuesOfJava(disk: Disk): void {
  for (const [name, deflated] of Object.entries(rareKinds.stopped)) {
    if (QUEUE_FOLDERS.includes(name.slice(0, name.indexOf('/')))) {
      expect([name, bytesOf(disk, name).toString('hex')]).toEqual([name, inflated(deflated).toString('hex')])
    }
  }
}

/** How many messages a record holds. */
function countOf({ properties }: StoredMessage): number {
  return Number(parseProperties(properties).get('INNER_NUM') ?? 1)
}

test.each(HOW)('a store of a Java that was %s has every message', async how => {
  const store = await start(diskWith(how))
  expect(lengthsOf(store)).toEqual(LENGTHS)
  const records = javaRecords()
  for (const topic of [LONG_TOPIC, 'TopicA', 'TopicBatch']) {
    for (const queueId of store.queueIds(topic)) {
      const expected = records.filter(record => record.topic === topic && record.queueId === queueId)
      expect(await readQueue(store, topic, queueId)).toEqual(expected)
    }
  }
  await store.stop()
})

test.each(HOW)('wherever in a batch a reader of what a Java that was %s begins, it gets the batch', async how => {
  const store = await start(diskWith(how))
  for (const record of javaRecords().filter(({ topic }) => topic === 'TopicBatch')) {
    for (let inner = 0; inner < countOf(record); inner += 1) {
      const query = { topic: 'TopicBatch', queueOffset: record.queueOffset + inner, messageCountMax: 1 }
      const result = await get(store, query)
      expect(result.nextBeginOffset).toBe(record.queueOffset + countOf(record))
      expect(messagesOf(result)).toEqual([record])
    }
  }
  await store.stop()
})

test('queues that are lost are made again as Java had them', async () => {
  const disk = diskWith('stopped')
  for (const folder of QUEUE_FOLDERS) disk.remove(path.join(ROOT, folder))
  const store = await start(disk)
  await store.stop()
  expectQueuesOfJava(disk)
})

test.each([
  ['made', true],
  ['no longer made', false],
])('tags are found where they lie beside the queue, which is %s', async (_case, enableConsumeQueueExt) => {
  const store = await start(diskWith('stopped'), new FakeClock(), { enableConsumeQueueExt })
  await put(store, taggedMessage('tag14', { topic: 'TopicA', queueId: 0 }))
  const filter = { matchesTagsCode: (code: number) => code === tagsCodeOf('tag14'), matchesRecord: null }
  const result = await get(store, { topic: 'TopicA', queueId: 0, filter })
  expect(messagesOf(result).map(({ queueOffset }) => queueOffset)).toEqual([7, 16])
  expect(messagesOf(await get(store, { topic: 'TopicA', queueOffset: 8, filter }))).toHaveLength(1)
  await store.stop()
})

test.each(HOW)('what a Java that was %s left stays the same to the byte', async how => {
  const disk = diskWith(how)
  const store = await start(disk)
  await store.stop()
  expectQueuesOfJava(disk)
})

test('what Java was given is stored here as there', async () => {
  const disk = new FaultyDisk().process()
  const records = javaRecords()
  const clock = new FakeClock(records[0]?.storeTimestamp)
  const store = await start(disk, clock)
  for (const record of records) {
    clock.advance(record.storeTimestamp - clock.nowMs())
    const properties = Buffer.from(record.properties.toString().replace(/INNER_BASE\x01\d+\x02/, ''))
    const tagsCode = tagsCodeOf(parseProperties(properties).get('TAGS') ?? null)
    const result = await put(store, { ...record, properties, tagsCode, waitStoreMessageOk: true })
    expect(result).toMatchObject({ status: 'PUT_OK', messageCount: countOf(record), queueOffset: record.queueOffset })
    expect(result.physicalOffset).toBe(record.physicalOffset)
  }
  await store.stop()
  expectQueuesOfJava(disk)
  for (const record of records) {
    const fileOffset = record.physicalOffset - (record.physicalOffset % 8192)
    const log = bytesOf(disk, `commitlog/${String(fileOffset).padStart(20, '0')}`)
    const ours = log.subarray(record.physicalOffset - fileOffset).subarray(0, record.recordBytes)
    expect(matchesPropertyCrc(ours)).toBe(true)
    expect(withoutCrc(readStoredMessage(ours, 0))).toEqual(withoutCrc(record))
  }
})

/** Java's properties come in the order of a hash map, and the CRC knows it. */
function withoutCrc(record: StoredMessage): unknown {
  const properties = parseProperties(record.properties)
  properties.delete('__CRC32#')
  return { ...record, properties: [...properties].sort() }
}
