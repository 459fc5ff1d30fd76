import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { parseProperties, readStoredMessage } from '@rocketmq-ts/protocol'
import type { StoredMessage } from '@rocketmq-ts/protocol'
import type { MessageStore, MessageStoreConfig } from '../../src'
import { ROOT, readQueue, startStore } from '../store-fixture'
import { INDEX, bytesOf, indexFiles, putFile } from './index-fixture'
import golden from './java-index.json'

const CONFIG: Partial<MessageStoreConfig> = {
  storePathRootDir: ROOT,
  mappedFileSizeCommitLog: golden.logFileBytes,
  maxHashSlotNum: golden.slotCount,
  maxIndexNum: golden.entryCountMax,
}
const javaFiles = golden.store.index.map(hex => Buffer.from(hex, 'hex'))

/** The store as Java stopped it, with or without its index. */
function javaDisk({ withIndex }: { withIndex: boolean }): FaultyDisk {
  const disk = new FaultyDisk()
  const process = disk.process()
  golden.store.commitLog.forEach((hex, index) => {
    const name = String(index * golden.logFileBytes).padStart(20, '0')
    putFile(process, `${ROOT}/commitlog/${name}`, Buffer.from(hex, 'hex'))
  })
  if (withIndex) javaFiles.forEach((bytes, index) => putFile(process, `${INDEX}/2026010100000000${index}`, bytes))
  return disk
}

async function messagesOf(store: MessageStore): Promise<StoredMessage[]> {
  const queues = store.topics().flatMap(topic => store.queueIds(topic).map(queueId => readQueue(store, topic, queueId)))
  return (await Promise.all(queues)).flat()
}

async function findsAll(store: MessageStore): Promise<number> {
  let count = 0
  for (const { topic, properties, physicalOffset } of await messagesOf(store)) {
    const values = parseProperties(properties)
    const keys = [values.get('UNIQ_KEY') ?? '', ...(values.get('KEYS') ?? '').split(' ')].filter(key => key !== '')
    const tags = values.get('TAGS')
    if (tags !== undefined) keys.push(`T#${tags}`)
    for (const key of keys) {
      const query = { topic, key, keyType: 'KEY', countMax: 64, beginTimestamp: 0, endTimestamp: 9e18 } as const
      const { records } = await store.queryMessages(query)
      expect(records.map(record => readStoredMessage(record, 0).physicalOffset)).toContain(physicalOffset)
      count += 1
    }
  }
  return count
}

test('of a log of Java the same index files are made, to the byte', async () => {
  expect(javaFiles.length).toBeGreaterThan(1)
  const disk = javaDisk({ withIndex: false })
  const store = await startStore(CONFIG, disk.process(), new FakeClock())
  await store.stop()
  const ours = indexFiles(disk).map(file => bytesOf(disk, file).toString('hex'))
  expect(ours).toEqual(golden.store.index)
})

test('with the index files of Java every message is found', async () => {
  const store = await startStore(CONFIG, javaDisk({ withIndex: true }).process(), new FakeClock())
  expect(await findsAll(store)).toBeGreaterThan(80)
  await store.stop()
})

test.each([true, false])('index files of Java stay as they are: stopped cleanly %s', async wasStopped => {
  const disk = javaDisk({ withIndex: true })
  const process = disk.process()
  if (!wasStopped) process.writeText(`${ROOT}/abort`, '1')
  const store = await startStore(CONFIG, process, new FakeClock())
  expect(await findsAll(store)).toBeGreaterThan(80)
  await store.stop()
  expect(indexFiles(disk).map(file => bytesOf(disk, file))).toEqual(javaFiles)
})
