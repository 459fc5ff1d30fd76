import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { MessageSysFlag, encodeMessageBatch, matchesPropertyCrc, parseProperties } from '@rocketmq-ts/protocol'
import type { MessageStore, MessageStoreConfig } from '../../src'
import { SMALL, get, messageOf, messagesOf, put, putBatch, readQueue, startStore } from '../store-fixture'

/* What Java 5.5.0 acknowledges and then loses, garbles or chokes on: see docs/java-map.md. */

async function start(values: Partial<MessageStoreConfig> = {}, disk = new FaultyDisk()): Promise<MessageStore> {
  return startStore({ ...SMALL, ...values }, disk.process(), new FakeClock())
}

async function recordAt(store: MessageStore, physicalOffset: number): Promise<Buffer> {
  return (await store.readRecord(physicalOffset)) as Buffer
}

test.each([
  ['empty', Buffer.alloc(0)],
  ['of an item without length', Buffer.alloc(22)],
  ['cut off', encodeMessageBatch([{ flag: 0, body: Buffer.from('a'), properties: Buffer.alloc(0) }]).subarray(0, 20)],
])('a batch that is %s is refused', async (_case, body) => {
  const store = await start()
  expect(await putBatch(store, { ...messageOf(), body })).toMatchObject({ status: 'MESSAGE_ILLEGAL' })
  expect(store.maxPhysicalOffset).toBe(0)
  await store.stop()
})

test('what a client says of the addresses in its record is not believed', async () => {
  const disk = new FaultyDisk()
  let store = await start({}, disk)
  const sysFlag = MessageSysFlag.BORN_HOST_V6 | MessageSysFlag.STORE_HOST_V6 | MessageSysFlag.MULTI_TAGS
  await put(store, messageOf({ sysFlag }))
  await put(store, messageOf({ body: Buffer.from('behind it') }))
  disk.kill()
  store = await start({}, disk)
  const messages = await readQueue(store, 'TopicA', 0)
  expect(messages.map(message => message.sysFlag)).toEqual([MessageSysFlag.MULTI_TAGS, 0])
  expect(messages.map(({ body }) => body.toString())).toEqual(['hello', 'behind it'])
  await store.stop()
})

test('a topic of more than 127 bytes is refused where records of version 2 are switched off', async () => {
  const store = await start({ autoMessageVersionOnTopicLen: false })
  const topic = `%RETRY%${'g'.repeat(121)}`
  expect(await put(store, messageOf({ topic }))).toMatchObject({ status: 'MESSAGE_ILLEGAL' })
  expect(await put(store, messageOf({ topic: topic.slice(0, 127) }))).toMatchObject({ status: 'PUT_OK' })
  await store.stop()
})

test('a CRC of the record does not become part of a property that an item of a batch leaves open', async () => {
  const store = await start({ enabledAppendPropCRC: true })
  const item = { flag: 0, body: Buffer.from('a'), properties: Buffer.from('KEYS\x01k1') }
  const result = await putBatch(store, { ...messageOf(), body: encodeMessageBatch([item]) })
  const record = await recordAt(store, result.physicalOffset)
  expect(matchesPropertyCrc(record)).toBe(true)
  const [message] = messagesOf(await get(store))
  expect(parseProperties(message?.properties ?? '').get('KEYS')).toBe('k1')
  await store.stop()
})

test('with a CRC too, properties have at most 32 767 bytes', async () => {
  const store = await start({ enabledAppendPropCRC: true, mappedFileSizeCommitLog: 1024 ** 2 })
  const properties = (bytes: number): Buffer => Buffer.from(`K\x01${'v'.repeat(bytes - 3)}\x02`)
  expect(await put(store, messageOf({ properties: properties(32_748) }))).toMatchObject({
    status: 'PROPERTIES_SIZE_EXCEEDED',
  })
  expect(await put(store, messageOf({ properties: properties(32_747) }))).toMatchObject({ status: 'PUT_OK' })
  await store.stop()
})

test('a CRC that a client wrote does not make recovery cut the log', async () => {
  const disk = new FaultyDisk()
  const properties = Buffer.from('a\x01b\x02__CRC32#\x010123456789\x02')
  let store = await start({ forceVerifyPropCRC: true }, disk)
  for (const body of ['one', 'two']) await put(store, messageOf({ properties, body: Buffer.from(body) }))
  disk.kill()
  store = await start({ forceVerifyPropCRC: true }, disk)
  expect((await readQueue(store, 'TopicA', 0)).map(({ body }) => body.toString())).toEqual(['one', 'two'])
  await store.stop()
})

test.each([
  [true, 1],
  [false, 2],
])(
  'with forceVerifyPropCRC=%s recovery keeps, of a good record and one with rotten properties, %i',
  async (forceVerifyPropCRC, count) => {
    const disk = new FaultyDisk()
    const config = { enabledAppendPropCRC: true, forceVerifyPropCRC }
    let store = await start(config, disk)
    await put(store, messageOf())
    const { physicalOffset, storedBytes } = await put(store, messageOf({ properties: Buffer.from('KEYS\x01k1\x02') }))
    disk.kill()
    disk.flipBit('/store/commitlog/00000000000000000000', (physicalOffset + storedBytes - 22) * 8)
    store = await start(config, disk)
    expect(await readQueue(store, 'TopicA', 0)).toHaveLength(count)
    await store.stop()
  },
)
