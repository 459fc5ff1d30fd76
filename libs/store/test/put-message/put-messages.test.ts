import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import type { MessageArrival } from '../../src'
import { MessageSysFlag } from '@rocketmq-ts/protocol'
import {
  SMALL,
  batchOf,
  configOf,
  createStoreOf,
  endOfTurn,
  get,
  messageOf,
  messagesOf,
  put,
  putBatch,
  readQueue,
  startStore,
  taggedMessage,
} from '../store-fixture'

const ROOMY = { ...SMALL, maxMessageSize: 4096 }

describe('a put', () => {
  test('gives consecutive queue offsets per queue, and the place of the record', async () => {
    const store = await startStore(SMALL, new FaultyDisk().process())
    const first = await put(store, messageOf())
    const second = await put(store, messageOf())
    const elsewhere = await put(store, messageOf({ queueId: 3 }))
    expect([first.queueOffset, second.queueOffset, elsewhere.queueOffset]).toEqual([0, 1, 0])
    expect(second.physicalOffset).toBe(first.storedBytes)
    expect(store.maxPhysicalOffset).toBe(first.storedBytes + second.storedBytes + elsewhere.storedBytes)
    expect(store.statistics).toMatchObject({ putMessageCount: 3, putMessageBytes: store.maxPhysicalOffset })
  })

  test('stores what it was given', async () => {
    const store = await startStore(SMALL, new FaultyDisk().process())
    const message = taggedMessage('TagA', { flag: 7, reconsumeTimes: 2, preparedTransactionOffset: 12_345 })
    await put(store, message)
    const [stored] = messagesOf(await get(store))
    expect(stored).toMatchObject({
      topic: message.topic,
      flag: 7,
      reconsumeTimes: 2,
      preparedTransactionOffset: 12_345,
      body: message.body,
      properties: message.properties,
      bornHost: message.bornHost,
    })
  })

  test('is announced when it can be read', async () => {
    const store = await startStore(SMALL, new FaultyDisk().process())
    const arrivals: MessageArrival[] = []
    const readable: number[] = []
    store.onArrival(arrival => {
      arrivals.push({ ...arrival })
      readable.push(store.maxOffset(arrival.topic, arrival.queueId))
    })
    await Promise.all([put(store, taggedMessage('TagA')), put(store, messageOf())])
    expect(arrivals).toMatchObject([
      { topic: 'TopicA', queueId: 0, queueOffset: 0, physicalOffset: 0, tagsCode: 2_598_919 },
      { topic: 'TopicA', queueId: 0, queueOffset: 1, tagsCode: 0 },
    ])
    expect(readable).toEqual([2, 2])
  })

  test('may be made by the listener of another put', async () => {
    const store = await startStore(SMALL, new FaultyDisk().process())
    const queueOffset = await new Promise(resolve =>
      store.put(messageOf(), {
        onPut: () => store.put(messageOf(), { onPut: result => resolve(result.queueOffset) }),
      }),
    )
    expect(queueOffset).toBe(1)
  })

  test('of a delayed message keeps the time at which it is due in the queue', async () => {
    const clock = new FakeClock(1_700_000_000_000)
    const store = await startStore(SMALL, new FaultyDisk().process(), clock)
    const tagsCodes: number[] = []
    store.onArrival(({ tagsCode }) => tagsCodes.push(tagsCode))
    await put(store, messageOf({ topic: 'SCHEDULE_TOPIC_XXXX', tagsCode: 5000 }))
    expect(tagsCodes).toEqual([1_700_000_005_000])
  })

  test.each([MessageSysFlag.TRANSACTION_PREPARED, MessageSysFlag.TRANSACTION_ROLLBACK])(
    'with transaction type %i is in the log and in no queue',
    async sysFlag => {
      const store = await startStore(SMALL, new FaultyDisk().process())
      await put(store, messageOf())
      expect(await put(store, messageOf({ sysFlag }))).toMatchObject({ status: 'PUT_OK', queueOffset: 0 })
      expect(store.maxOffset('TopicA', 0)).toBe(1)
      expect(await put(store, messageOf())).toMatchObject({ queueOffset: 1 })
    },
  )

  test('never goes back in store time when the clock does', async () => {
    const clock = new FakeClock(1_700_000_000_000)
    const disk = new FaultyDisk()
    const store = await startStore(SMALL, disk.process(), clock)
    await put(store, messageOf())
    await store.stop()
    const later = await startStore(SMALL, disk.process(), new FakeClock(1_600_000_000_000))
    expect(await put(later, messageOf())).toMatchObject({ storeTimestamp: 1_700_000_000_000 })
  })

  test('keeps born hosts of IPv6', async () => {
    const store = await startStore(SMALL, new FaultyDisk().process())
    const bornHost = Buffer.concat([Buffer.alloc(15), Buffer.from([1, 0, 0, 0, 80])])
    await put(store, messageOf({ bornHost }))
    const [stored] = messagesOf(await get(store))
    expect(stored).toMatchObject({ bornHost, sysFlag: MessageSysFlag.BORN_HOST_V6 })
    expect(await store.storeTimestampOf('TopicA', 0, 0)).toBe(stored?.storeTimestamp)
  })

  test('stores a retry topic of more than 127 bytes', async () => {
    const store = await startStore(SMALL, new FaultyDisk().process())
    const topic = `%RETRY%${'g'.repeat(150)}`
    expect(await put(store, messageOf({ topic }))).toMatchObject({ status: 'PUT_OK' })
    const [stored] = messagesOf(await get(store, { topic }))
    expect(stored?.topic).toBe(topic)
  })
})

describe('a put is refused', () => {
  test.each([
    [
      'a body over maxMessageSize',
      { body: Buffer.alloc(4097) },
      'MESSAGE_ILLEGAL',
      /body of 4097 bytes, maxMessageSize is 4096/,
    ],
    ['too many properties', { properties: Buffer.alloc(32_768) }, 'PROPERTIES_SIZE_EXCEEDED', /32768 bytes/],
    [
      'a record larger than a file',
      { properties: Buffer.alloc(16_384) },
      'MESSAGE_ILLEGAL',
      /mappedFileSizeCommitLog is 16384/,
    ],
    ['a long topic', { topic: 't'.repeat(128) }, 'MESSAGE_ILLEGAL', /topic of 128 bytes/],
    ['a retry topic over 255 bytes', { topic: `%RETRY%${'g'.repeat(249)}` }, 'MESSAGE_ILLEGAL', /topic of 256 bytes/],
    ['a topic that leaves its folder', { topic: '../TopicA' }, 'MESSAGE_ILLEGAL', /no name/],
    ['no topic', { topic: '' }, 'MESSAGE_ILLEGAL', /no name/],
  ])('with %s', async (_, values, status, reason) => {
    const store = await startStore(ROOMY, new FaultyDisk().process())
    const result = await put(store, messageOf(values))
    expect(result).toMatchObject({ status, messageCount: 0, reason: expect.stringMatching(reason) as string })
    expect(store.maxPhysicalOffset).toBe(0)
    expect(store.statistics.putFailedCount).toBe(1)
  })

  test('by maxMessageSize as it is now', async () => {
    const config = configOf(ROOMY)
    const store = createStoreOf(config, new FaultyDisk().process())
    await store.start()
    const message = messageOf({ body: Buffer.alloc(4096) })
    expect(await put(store, message)).toMatchObject({ status: 'PUT_OK' })
    config.maxMessageSize = 4095
    expect(await put(store, message)).toMatchObject({ status: 'MESSAGE_ILLEGAL' })
    expect(await put(store, { ...message, isCopy: true })).toMatchObject({ status: 'PUT_OK' })
  })

  test('before the start and after the stop', async () => {
    const store = await startStore(SMALL, new FaultyDisk().process())
    await store.stop()
    expect(await put(store, messageOf())).toMatchObject({ status: 'SERVICE_NOT_AVAILABLE' })
    expect(store.isWritable).toBe(false)
    expect(store.notWritableReason).toBe('the broker is stopping')
  })

  test('with a body that is no batch', async () => {
    const store = await startStore(SMALL, new FaultyDisk().process())
    const whole = batchOf([Buffer.from('a')])
    expect(await putBatch(store, { ...whole, body: whole.body.subarray(1) })).toMatchObject({
      status: 'MESSAGE_ILLEGAL',
    })
    expect(await putBatch(store, { ...whole, body: Buffer.alloc(0) })).toMatchObject({ status: 'MESSAGE_ILLEGAL' })
  })
})

describe('a batch', () => {
  test('becomes one record per item, with consecutive offsets', async () => {
    const store = await startStore(SMALL, new FaultyDisk().process())
    await put(store, messageOf())
    const result = await putBatch(store, batchOf([Buffer.from('a'), Buffer.alloc(0), Buffer.from('ccc')]))
    expect(result).toMatchObject({ status: 'PUT_OK', queueOffset: 1, messageCount: 3 })
    const messages = (await readQueue(store, 'TopicA', 0)).slice(1)
    expect(messages.map(({ body }) => body.toString())).toEqual(['a', '', 'ccc'])
    expect(messages.map(({ physicalOffset }) => physicalOffset)).toEqual(result.physicalOffsets)
    expect(result.storedBytes).toBe(store.maxPhysicalOffset - result.physicalOffset)
  })

  test('lies in one file', async () => {
    const store = await startStore(SMALL, new FaultyDisk().process())
    await put(store, messageOf({ body: Buffer.alloc(10_000) }))
    const bodies = Array.from({ length: 4 }, () => Buffer.alloc(2000))
    expect(await putBatch(store, batchOf(bodies))).toMatchObject({ physicalOffset: 16_384 })
  })

  test('that no file can hold is refused', async () => {
    const store = await startStore(SMALL, new FaultyDisk().process())
    const bodies = Array.from({ length: 9 }, () => Buffer.alloc(2000))
    expect(await putBatch(store, batchOf(bodies))).toMatchObject({ status: 'MESSAGE_ILLEGAL' })
    await endOfTurn()
    expect(store.maxPhysicalOffset).toBe(0)
  })
})
