import { FaultyDisk } from '@rocketmq-ts/base/testing'
import { MessageSysFlag, parseProperties } from '@rocketmq-ts/protocol'
import type { MessageStore, MessageStoreConfig, MessageToStore } from '../../src'
import { SMALL, endOfTurn, messageOf, put, readQueue, startStore } from '../store-fixture'

const LIGHT = { ...SMALL, enableLmq: true, enableMultiDispatch: true }
const ENGINES: readonly { readonly storeType: MessageStoreConfig['storeType'] }[] = [
  { storeType: 'default' },
  { storeType: 'kv' },
]

const lightMessage = (names: string, values: Partial<MessageToStore> = {}): MessageToStore =>
  messageOf({ properties: Buffer.from(`INNER_MULTI_DISPATCH\x01${names}\x02`), ...values })

async function bodiesIn(store: MessageStore, queueName: string): Promise<string[]> {
  return (await readQueue(store, queueName, 0)).map(({ body }) => body.toString())
}

async function propertiesIn(store: MessageStore, topic: string): Promise<ReadonlyMap<string, string>[]> {
  return (await readQueue(store, topic, 0)).map(({ properties }) => parseProperties(properties))
}

test('a message is in its own queue and in each light queue that it names, and says where', async () => {
  const store = await startStore(LIGHT, new FaultyDisk().process())
  await put(store, lightMessage('%LMQ%a', { body: Buffer.from('one') }))
  await put(store, lightMessage('%LMQ%b,%LMQ%a', { body: Buffer.from('two') }))
  await put(store, messageOf({ body: Buffer.from('three') }))
  expect(await bodiesIn(store, 'TopicA')).toEqual(['one', 'two', 'three'])
  expect(await bodiesIn(store, '%LMQ%a')).toEqual(['one', 'two'])
  expect(await bodiesIn(store, '%LMQ%b')).toEqual(['two'])
  const offsets = (await propertiesIn(store, 'TopicA')).map(properties => properties.get('INNER_MULTI_QUEUE_OFFSET'))
  expect(offsets).toEqual(['0', '0,1', undefined])
})

test('its arrival is announced for every queue', async () => {
  const store = await startStore(LIGHT, new FaultyDisk().process())
  const arrivals: unknown[] = []
  store.onArrival(({ topic, queueId, queueOffset, physicalOffset }) =>
    arrivals.push([topic, queueId, queueOffset, physicalOffset]),
  )
  await put(store, lightMessage('%LMQ%a', { queueId: 3 }))
  expect(arrivals).toEqual([
    ['TopicA', 3, 0, 0],
    ['%LMQ%a', 0, 0, 0],
  ])
})

test.each([
  { what: 'enableLmq', config: { ...LIGHT, enableLmq: false } },
  { what: 'enableMultiDispatch', config: { ...LIGHT, enableMultiDispatch: false } },
])('without $what there are no light queues', async ({ config }) => {
  const store = await startStore(config, new FaultyDisk().process())
  expect(await put(store, lightMessage('%LMQ%a'))).toMatchObject({ status: 'PUT_OK' })
  expect(store.topics()).toEqual(['TopicA'])
})

test.each(['%RETRY%G', '%DLQ%G', 'rmq_sys_wheel_timer', 'RMQ_SYS_TRANS_HALF_TOPIC', 'SCHEDULE_TOPIC_XXXX'])(
  'a message of %s is in its own queue only, whatever it says',
  async topic => {
    const store = await startStore(LIGHT, new FaultyDisk().process())
    await put(store, lightMessage('%LMQ%a', { topic }))
    expect(store.topics()).toEqual([topic])
  },
)

test('a prepared message is in no queue, light ones included', async () => {
  const store = await startStore(LIGHT, new FaultyDisk().process())
  await put(store, lightMessage('%LMQ%a', { sysFlag: MessageSysFlag.TRANSACTION_PREPARED }))
  expect(store.maxOffset('%LMQ%a', 0)).toBe(0)
})

test('a name twice is one message; a name of no light queue is none', async () => {
  const store = await startStore(LIGHT, new FaultyDisk().process())
  await put(store, lightMessage('%LMQ%a,Other,%LMQ%a'))
  await put(store, lightMessage('Other'))
  expect([store.maxOffset('%LMQ%a', 0), store.maxOffset('Other', 0)]).toEqual([1, 0])
  expect((await propertiesIn(store, '%LMQ%a'))[0]?.get('INNER_MULTI_QUEUE_OFFSET')).toBe('0,,0')
})

test('what a client says of the offsets counts for nothing', async () => {
  const store = await startStore(LIGHT, new FaultyDisk().process())
  const properties = Buffer.from('INNER_MULTI_QUEUE_OFFSET\x0177\x02INNER_MULTI_DISPATCH\x01%LMQ%a\x02')
  await put(store, messageOf({ properties }))
  expect((await propertiesIn(store, '%LMQ%a'))[0]?.get('INNER_MULTI_QUEUE_OFFSET')).toBe('0')
})

test.each(['%LMQ%a/b', `%LMQ%${'a'.repeat(251)}`])('a name that no folder can have is refused: %s', async name => {
  const store = await startStore(LIGHT, new FaultyDisk().process())
  const { status, reason } = await put(store, lightMessage(name))
  expect([status, reason]).toEqual(['MESSAGE_ILLEGAL', `no queue can be named ${name}: too long, or with a slash`])
  expect(store.maxPhysicalOffset).toBe(0)
  expect(await put(store, lightMessage(name, { isCopy: true }))).toMatchObject({ status: 'PUT_OK' })
  expect(store.topics()).toEqual(['TopicA'])
})

test('with a quota no further light queue is made, and those that there are get their messages', async () => {
  const config = { ...LIGHT, enableLmqQuota: true, maxLmqConsumeQueueNum: 2 }
  const store = await startStore(config, new FaultyDisk().process())
  await put(store, lightMessage('%LMQ%a,%LMQ%b'))
  const statuses = []
  for (const name of ['%LMQ%a', '%LMQ%c']) statuses.push((await put(store, lightMessage(name))).status)
  expect(statuses).toEqual(['PUT_OK', 'LMQ_CONSUME_QUEUE_NUM_EXCEEDED'])
  expect(await put(store, lightMessage('%LMQ%c', { isCopy: true }))).toMatchObject({ status: 'PUT_OK' })
})

test('a write that fails gives the offsets of light queues back too', async () => {
  const disk = new FaultyDisk()
  const store = await startStore(LIGHT, disk.process())
  await put(store, lightMessage('%LMQ%a'))
  disk.failNth('write', 1, { code: 'EIO' })
  expect(await put(store, lightMessage('%LMQ%a'))).toMatchObject({ status: 'SERVICE_NOT_AVAILABLE' })
  expect(store.maxOffset('%LMQ%a', 0)).toBe(1)
})

describe.each(ENGINES)('with the engine $storeType', engine => {
  test('light queues are there again after a stop, and go on', async () => {
    const disk = new FaultyDisk()
    const store = await startStore({ ...LIGHT, ...engine }, disk.process())
    for (const text of ['one', 'two']) await put(store, lightMessage('%LMQ%a', { body: Buffer.from(text) }))
    await store.stop()
    const again = await startStore({ ...LIGHT, ...engine }, disk.process())
    await put(again, lightMessage('%LMQ%a', { body: Buffer.from('three') }))
    expect(await bodiesIn(again, '%LMQ%a')).toEqual(['one', 'two', 'three'])
  })

  test('after a crash light queues are made again from the log, with the offsets that their messages had', async () => {
    const disk = new FaultyDisk()
    const store = await startStore({ ...LIGHT, ...engine }, disk.process())
    for (let index = 0; index < 50; index += 1) {
      await put(store, lightMessage(`%LMQ%${index % 3},%LMQ%all`, { body: Buffer.from(String(index)) }))
    }
    await endOfTurn()
    disk.kill()
    const again = await startStore({ ...LIGHT, ...engine }, disk.process())
    expect(await bodiesIn(again, '%LMQ%all')).toEqual(Array.from({ length: 50 }, (_, index) => String(index)))
    expect(await bodiesIn(again, '%LMQ%2')).toEqual(Array.from({ length: 16 }, (_, index) => String(3 * index + 2)))
    expect(await put(again, lightMessage('%LMQ%all'))).toMatchObject({ status: 'PUT_OK' })
    const [last] = (await propertiesIn(again, '%LMQ%all')).slice(-1)
    expect(last?.get('INNER_MULTI_QUEUE_OFFSET')).toBe('50')
  })
})
