import { CorruptDataError, silentLog } from '@rocketmq-ts/base'
import { FakeClock, FaultyDisk } from '@rocketmq-ts/base/testing'
import { ConfigFile } from '@rocketmq-ts/config'
import type { MessageToStore } from '@rocketmq-ts/store'
import { parseDelayLevels } from '../../src/schedule/delay-levels'
import { ScheduleMessageService } from '../../src/schedule/schedule-message-service'
import { MemoryMessageStore } from '../support/memory-message-store'

const SCHEDULE = 'SCHEDULE_TOPIC_XXXX'

/** All that promises and ends of turns can do without the clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(resolve => setImmediate(resolve))
}

function setUp({ path = '/config/delayOffset.json', levels = '1s 5s 1h' } = {}) {
  const clock = new FakeClock()
  const disk = new FaultyDisk().process()
  const store = new MemoryMessageStore(Buffer.from('7f0000010000a3b7', 'hex'), clock)
  const counted: string[] = []
  const start = async (levelsNow = levels) => {
    const service = new ScheduleMessageService(
      { flushDelayOffsetInterval: 10_000, delayOffsetUpdateVersionStep: 2 },
      {
        ...{ store, clock, log: silentLog, delayLevels: parseDelayLevels(levelsNow) },
        statistics: { onPut: topic => void counted.push(topic) },
        file: new ConfigFile(path, { disk, log: silentLog }),
      },
    )
    await service.start()
    await settle()
    return service
  }
  const park = (body: string, given: Partial<MessageToStore> & { readonly properties?: Buffer } = {}): void => {
    store.put(parked(body, given), { onPut: () => undefined })
  }
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await settle()
  }
  const bodies = (topic = 'GA', queueId = 1) => store.messages(topic, queueId).map(message => message.body.toString())
  return { clock, store, start, park, advance, bodies, counted, disk, path }
}

function parked(body: string, given: Partial<MessageToStore>): MessageToStore {
  return {
    ...{ topic: SCHEDULE, queueId: 0, flag: 7, sysFlag: 0, bornTimestamp: 5, reconsumeTimes: 2 },
    ...{ preparedTransactionOffset: 0, tagsCode: 1000, waitStoreMessageOk: true, body: Buffer.from(body) },
    bornHost: Buffer.from('7f0000010000d8e6', 'hex'),
    properties: Buffer.from('TAGS\x01TagA\x02WAIT\x01true\x02DELAY\x011\x02REAL_TOPIC\x01GA\x02REAL_QID\x011\x02'),
    ...given,
  }
}

test('a message goes to its own queue exactly when it is due, as it was', async () => {
  const { start, park, advance, store, bodies, counted } = setUp()
  const service = await start()
  park('late')
  await advance(999)
  expect(bodies()).toEqual([])
  await advance(1)
  expect(bodies()).toEqual(['late'])
  const { properties } = parked('late', {})
  expect(store.messages('GA', 1)[0]).toMatchObject({
    ...{ flag: 7, sysFlag: 0, bornTimestamp: 5, reconsumeTimes: 2, properties },
  })
  expect(store.puts.at(-1)).toMatchObject({ tagsCode: 2598919 })
  expect(counted).toEqual(['GA'])
  await service.stop()
  expect(store.unreleasedCount).toBe(0)
})

test('what is due together is given to the store together, and the progress waits for all of it', async () => {
  const { start, park, advance, store, bodies } = setUp()
  const service = await start()
  for (let index = 0; index < 10; index += 1) park(`message ${index}`)
  const put = store.put.bind(store)
  const held: (() => void)[] = []
  jest.spyOn(store, 'put').mockImplementation((message, listener) => void held.push(() => put(message, listener)))
  await advance(1000)
  expect(held).toHaveLength(10)
  for (const release of held.slice(0, 9)) release()
  await settle()
  expect(service.content().offsetTable).toEqual(new Map())
  held[9]?.()
  await settle()
  expect(service.content().offsetTable).toEqual(new Map([[1, 10]]))
  expect(bodies()).toEqual(Array.from({ length: 10 }, (_, index) => `message ${index}`))
  await service.stop()
})

test('each level has its own delay, and order within it', async () => {
  const { start, park, advance, bodies } = setUp()
  const service = await start()
  for (let index = 0; index < 70; index += 1) park(`short ${index}`)
  park('long', { queueId: 1 })
  await advance(500)
  park('short 70')
  await advance(500)
  expect(bodies()).toEqual(Array.from({ length: 70 }, (_, index) => `short ${index}`))
  await advance(500)
  expect(bodies().at(-1)).toBe('short 70')
  await advance(3500)
  expect(bodies().at(-1)).toBe('long')
  await service.stop()
})

test('what came due while the broker was down is delivered at the start', async () => {
  const { start, park, advance, bodies } = setUp()
  park('one')
  park('two')
  await advance(1000)
  const service = await start()
  expect(bodies()).toEqual(['one', 'two'])
  await service.stop()
})

test('progress is kept over a stop, in Java’s file', async () => {
  const { start, park, advance, bodies, disk, path } = setUp()
  const service = await start()
  park('one')
  park('two')
  await advance(1000)
  await service.stop()
  expect(disk.readText(path)).toMatch(
    /^\{\n\t"dataVersion":\{\n\t\t"counter":1,\n\t\t"stateVersion":0,\n\t\t"timestamp":\d+\n\t\},\n\t"offsetTable":\{\n\t\t1:2\n\t\}\n\}$/,
  )
  park('three')
  const again = await start()
  await advance(1000)
  expect(bodies()).toEqual(['one', 'two', 'three'])
  expect(again.content().offsetTable).toEqual(new Map([[1, 3]]))
  await again.stop()
})

test('a crash delivers again what was not saved, and loses nothing', async () => {
  const { start, park, advance, bodies } = setUp()
  await start() // never stopped
  park('one')
  await advance(1000)
  const again = await start()
  expect(bodies()).toEqual(['one', 'one'])
  await again.stop()
})

test('progress is saved while it runs', async () => {
  const { start, park, advance, disk, path } = setUp()
  const service = await start()
  park('one')
  await advance(1000)
  expect(disk.readText(path)).toBeNull()
  await advance(9000)
  expect(disk.readText(path)).toContain('1:1')
  await service.stop()
})

test('a progress beyond the queue is brought back to it', async () => {
  const { start, park, advance, bodies, disk, path } = setUp()
  disk.makeFolder(path.replace('/delayOffset.json', ''))
  disk.writeText(path, '{"offsetTable":{1:99,"2":-5,7:1}}')
  const service = await start()
  park('one')
  park('long', { queueId: 1 })
  await advance(5000)
  expect(bodies()).toEqual(['one', 'long'])
  await service.stop()
})

test('a file that cannot be read stops the start', async () => {
  const { start, disk, path } = setUp()
  disk.makeFolder(path.replace('/delayOffset.json', ''))
  disk.writeText(`${path}.bak`, '{"offsetTable":')
  await expect(start()).rejects.toThrow(CorruptDataError)
})

test('what the store refuses is tried again, and what follows it waits', async () => {
  const { start, park, advance, bodies, store } = setUp()
  const service = await start()
  park('one')
  park('two')
  store.refusals.push(
    { status: 'SERVICE_NOT_AVAILABLE', reason: 'disk full' },
    { status: 'UNKNOWN_ERROR', reason: null },
  )
  await advance(1000)
  expect(bodies()).toEqual([])
  await advance(1000)
  expect(bodies()).toEqual([])
  await advance(1000)
  expect(bodies()).toEqual(['one', 'two'])
  expect(store.unreleasedCount).toBe(0)
  await service.stop()
})

test('what the store will never take is dropped, and what follows it comes', async () => {
  const { start, park, advance, bodies, store } = setUp()
  const service = await start()
  park('too large')
  park('two')
  store.refusals.push({ status: 'MESSAGE_ILLEGAL', reason: 'record of 1048577 bytes' })
  await advance(1000)
  expect(bodies()).toEqual(['two'])
  expect(service.content().offsetTable).toEqual(new Map([[1, 2]]))
  await service.stop()
})

test('a message that is in the store, though not as safe as wanted, is not delivered twice', async () => {
  const { start, park, advance, store } = setUp()
  const service = await start()
  park('one')
  store.refusals.push({ status: 'FLUSH_DISK_TIMEOUT', reason: null })
  await advance(10_000)
  expect(service.content().offsetTable).toEqual(new Map([[1, 1]]))
  await service.stop()
})

test.each([
  ['no topic', 'REAL_QID\x011\x02'],
  ['no queue', 'REAL_TOPIC\x01GA\x02'],
  ['nobody, as a client would send it', 'UNIQ_KEY\x01U1\x02'],
  ['the topic of half transactions', 'REAL_TOPIC\x01RMQ_SYS_TRANS_HALF_TOPIC\x02REAL_QID\x010\x02'],
])('a message for %s is dropped, and the next one goes on', async (_case, properties) => {
  const { start, park, advance, bodies, store } = setUp()
  const service = await start()
  park('nowhere', { properties: Buffer.from(properties) })
  park('one')
  await advance(1000)
  expect(bodies()).toEqual(['one'])
  expect(store.messages('RMQ_SYS_TRANS_HALF_TOPIC')).toEqual([])
  await service.stop()
})

test('a clock set back does not hold a message for longer than its delay', async () => {
  const { start, park, clock, advance, bodies } = setUp()
  clock.advance(60_000)
  park('one')
  jest.spyOn(clock, 'nowMs').mockImplementation(() => clock.monotonicMs() - 60_000)
  const service = await start()
  expect(bodies()).toEqual(['one'])
  await advance(0)
  await service.stop()
})

test('a clock set ahead is noticed within 10 s', async () => {
  const { start, park, clock, advance, bodies } = setUp()
  const service = await start()
  park('in an hour', { queueId: 2 })
  await advance(1000)
  jest.spyOn(clock, 'nowMs').mockImplementation(() => clock.monotonicMs() + 3_600_000)
  await advance(10_000)
  expect(bodies()).toEqual(['in an hour'])
  await service.stop()
})

test('a stop waits for no message and keeps no timer', async () => {
  const { start, park, advance, bodies } = setUp()
  const service = await start()
  park('in an hour', { queueId: 2 })
  await settle()
  await service.stop()
  await service.stop()
  await advance(3_600_000)
  expect(bodies()).toEqual([])
})

test('a stop in the middle of a delivery loses nothing, and nothing comes twice', async () => {
  const { start, park, advance, bodies, clock } = setUp()
  const sent = Array.from({ length: 200 }, (_, index) => `message ${index}`)
  for (const body of sent) park(body)
  const first = await start()
  clock.advance(1_000)
  while (bodies().length === 0) await new Promise(resolve => setImmediate(resolve))
  await first.stop()
  const atStop = bodies()
  expect(atStop).toEqual(sent.slice(0, atStop.length))
  expect(atStop.length).toBeLessThan(sent.length)
  await advance(60_000)
  expect(bodies()).toEqual(atStop)
  const second = await start()
  await advance(0)
  expect(bodies()).toEqual(sent)
  await second.stop()
})

test('after a change of messageDelayLevel what waits has the delay that its level has now', async () => {
  const { start, park, advance, bodies } = setUp({ levels: '1s 5s 1h' })
  const first = await start()
  park('of level 1', { queueId: 0 })
  park('of level 3', { queueId: 2 })
  await first.stop()
  const second = await start('3s 5s 10s')
  await advance(2_999)
  expect(bodies()).toEqual([])
  await advance(1)
  expect(bodies()).toEqual(['of level 1'])
  await advance(7_000)
  expect(bodies()).toEqual(['of level 1', 'of level 3'])
  await second.stop()
})

test('what waits in a level that is no more comes with the delay of the highest, and comes once', async () => {
  const { start, park, advance, bodies } = setUp({ levels: '1s 5s 1h' })
  const first = await start()
  park('of level 3', { queueId: 2 })
  await first.stop()
  const second = await start('1s 2s')
  await advance(1_999)
  expect(bodies()).toEqual([])
  await advance(1)
  expect(bodies()).toEqual(['of level 3'])
  await second.stop()
  const third = await start('1s 2s')
  await advance(10_000)
  expect(bodies()).toEqual(['of level 3'])
  await third.stop()
})
