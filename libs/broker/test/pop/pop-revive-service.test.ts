import { silentLog } from '@rocketmq-ts/base'
import type { Log } from '@rocketmq-ts/base'
import { parseProperties } from '@rocketmq-ts/protocol'
import { Popping, RETRY_TOPIC, REVIVE_TOPIC } from '../support/popping'

const running: Popping[] = []
afterEach(async () => {
  for (const popping of running.splice(0)) await popping.stop()
})

async function started(given: ConstructorParameters<typeof Popping>[0] = {}): Promise<Popping> {
  const popping = await new Popping(given).start()
  running.push(popping)
  return popping
}

const bodies = (popped: readonly { readonly body: string }[]): string[] => popped.map(({ body }) => body).sort()
const recordsOf = (popping: Popping) => [0, 1, 2, 3, 4, 5, 6, 7].flatMap(id => popping.store.messages(REVIVE_TOPIC, id))

test('what is acknowledged does not come again, what is not does, with one attempt more', async () => {
  const popping = await started()
  popping.put('one', { properties: { TAGS: 'TagA', KEYS: 'k' } })
  popping.put('two')
  const popped = await popping.pop()
  expect(bodies(popped)).toEqual(['one', 'two'])
  const two = popped.find(({ body }) => body === 'two')
  if (two === undefined) throw new Error('two was not popped')
  expect(await popping.ack(two)).toMatchObject({ code: 0, remark: null, extFields: null })
  await popping.advance(10_000)
  expect(await popping.pop()).toEqual([])
  await popping.advance(2_000)
  const [again, ...more] = await popping.pop()
  expect(more).toEqual([])
  expect(again).toMatchObject({
    body: 'one',
    reconsumeTimes: 1,
    message: { topic: 'GPOP', queueId: 0, queueOffset: 0 },
  })
  expect(again?.handle['extraInfo']).toBe(
    `0 ${popping.clock.nowMs()} 10000 ${again?.handle['extraInfo']?.split(' ')[3]} 1 broker-a 0 0`,
  )
  const [stored] = popping.store.messages(RETRY_TOPIC)
  expect(parseProperties(stored?.properties ?? '')).toEqual(
    new Map([
      ['TAGS', 'TagA'],
      ['KEYS', 'k'],
      ['1ST_POP_TIME', String(popping.clock.nowMs() - 12_000)],
      ['ORIGIN_GROUP', 'GG'],
    ]),
  )
})

test('a message that comes again and again stays in its retry topic and remembers its first pop', async () => {
  const popping = await started()
  popping.put('one')
  const firstPopMs = popping.clock.nowMs()
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const [message] = await popping.pop()
    expect(message).toMatchObject({ body: 'one', reconsumeTimes: attempt })
    await popping.advance(12_000)
  }
  expect(popping.store.messages(RETRY_TOPIC)).toHaveLength(3)
  for (const { properties } of popping.store.messages(RETRY_TOPIC)) {
    expect(parseProperties(properties).get('1ST_POP_TIME')).toBe(String(firstPopMs))
  }
})

test('a stray message on the revive topic holds up nothing', async () => {
  const popping = await started()
  for (let queueId = 0; queueId < 8; queueId += 1) {
    popping.put('{', { topic: REVIVE_TOPIC, queueId, properties: { TAGS: 'ck' } })
    popping.put('hello', { topic: REVIVE_TOPIC, queueId })
    popping.put('{"n":99,"c":"G","t":"T"}', { topic: REVIVE_TOPIC, queueId, properties: { TAGS: 'ck' } })
    popping.put('null', { topic: REVIVE_TOPIC, queueId, properties: { TAGS: 'bAck' } })
  }
  popping.put('one')
  const [message] = await popping.pop()
  if (message === undefined) throw new Error('nothing was popped')
  await popping.ack(message)
  popping.put('two')
  expect(bodies(await popping.pop())).toEqual(['two'])
  await popping.advance(12_000)
  expect(bodies(await popping.pop())).toEqual(['two'])
  expect(popping.lag()).toMatchObject({ behindMs: 0, behindCount: 0 })
})

test('a check point that lives for long holds up none that is due before it', async () => {
  const popping = await started({ reviveQueueNum: '1' })
  popping.put('slow')
  await popping.pop({ invisibleTime: '3600000' })
  popping.put('fast')
  await popping.pop({ invisibleTime: '5000' })
  await popping.advance(7_000)
  expect(bodies(await popping.pop())).toEqual(['fast'])
})

test('what came again does not come a second time because of a restart', async () => {
  const popping = await started({ reviveQueueNum: '1' })
  popping.put('slow')
  await popping.pop({ invisibleTime: '3600000' })
  popping.put('fast')
  await popping.pop({ invisibleTime: '5000' })
  await popping.advance(7_000)
  const [fast] = await popping.pop()
  if (fast === undefined) throw new Error('it did not come again')
  await popping.ack(fast)
  popping.flushOffsets()
  await popping.crash()
  await popping.advance(60_000)
  expect(await popping.pop()).toEqual([])
})

test('an acknowledgement survives a crash', async () => {
  const popping = await started()
  popping.put('one')
  popping.put('two')
  const popped = await popping.pop()
  const [one] = popped
  if (one === undefined) throw new Error('nothing was popped')
  await popping.ack(one)
  popping.flushOffsets()
  await popping.crash()
  await popping.advance(12_000)
  expect(bodies(await popping.pop())).toEqual(bodies(popped.slice(1)))
})

test('a retry topic that cannot be written to loses nothing, delays no other and shows as lag', async () => {
  const popping = await started()
  popping.put('one')
  await popping.pop()
  await popping.advance(10_500)
  popping.store.refusals.push({ status: 'SERVICE_NOT_AVAILABLE', reason: 'disk full' })
  await popping.advance(1_500)
  expect(await popping.pop()).toEqual([])
  expect(popping.lag().liveCount).toBe(1)
  await popping.advance(10_000)
  expect(await popping.pop()).toMatchObject([{ body: 'one', reconsumeTimes: 1 }])
})

test('what cannot come again for long shows as lag and in the log, and holds up no other', async () => {
  const warned: unknown[] = []
  const log: Log = { ...silentLog, child: () => log, warn: (...given: unknown[]) => void warned.push(given) }
  const popping = await new Popping({ reviveQueueNum: '1' }, log).start()
  running.push(popping)
  popping.put('stuck')
  await popping.pop({ invisibleTime: '1000' })
  const put = popping.store.put.bind(popping.store)
  popping.store.put = (message, listener) => {
    if (message.body.toString() === 'stuck')
      popping.store.refusals.push({ status: 'SERVICE_NOT_AVAILABLE', reason: 'why' })
    put(message, listener)
  }
  await popping.advance(5_000)
  popping.put('other')
  await popping.pop({ invisibleTime: '1000' })
  await popping.advance(3_000)
  expect(bodies(await popping.pop())).toEqual(['other'])
  expect(popping.lag().behindMs).toBe(6_000)
  expect(warned).toEqual([])
  await popping.advance(40_000)
  expect(popping.lag().behindMs).toBe(46_000)
  expect(warned).toMatchObject([
    [{ behindMs: expect.any(Number) as number }, expect.stringContaining('come again late')],
  ])
})

test('with the second spelling messages come again by it, and what is left in the first is given out too', async () => {
  const popping = await started({ enableRetryTopicV2: 'true' })
  popping.put('one')
  await popping.pop()
  await popping.advance(12_000)
  expect(popping.store.messages('%RETRY%GG+GPOP')).toHaveLength(1)
  const request = popping.ask({ maxMsgNums: '1', pollTime: '0' })
  const flags = new Set<string>()
  for (let turn = 0; turn < 50 && flags.size === 0; turn += 1) {
    const [message] = await popping.pop()
    if (message) flags.add(message.handle['extraInfo']?.split(' ')[4] ?? '')
  }
  expect(request.answerCount).toBe(1)
  expect([...flags].every(flag => flag === '2')).toBe(true)
})

test('of check points of a topic that was deleted nothing is left', async () => {
  const popping = await started()
  popping.put('one')
  await popping.pop()
  popping.topics.delete('GPOP')
  await popping.advance(12_000)
  expect(popping.store.messages(RETRY_TOPIC)).toEqual([])
  expect(popping.lag().liveCount).toBe(0)
})

test('a check point that lives for long is written again, so that a start reads little', async () => {
  const popping = await started({ reviveQueueNum: '1' })
  popping.put('slow')
  await popping.pop({ invisibleTime: '36000000' })
  for (let count = 0; count < 10_100; count += 1) {
    popping.put('x')
    const [message] = await popping.pop()
    if (message) await popping.ack(message)
  }
  await popping.advance(5_000)
  const { offsetTable } = popping.offsets.content()
  expect(offsetTable.get(`${REVIVE_TOPIC}@CID_RMQ_SYS_REVIVE_GROUP`)?.get(0)).toBeGreaterThan(10_000)
  popping.flushOffsets()
  await popping.crash()
  expect(popping.lag().liveCount).toBe(1)
  expect(recordsOf(popping).length).toBeGreaterThan(20_000)
}, 60_000)

test('a queue that is popped twice from one offset within a millisecond, around a crash, loses none of both', async () => {
  const popping = await started({ reviveQueueNum: '1' })
  popping.put('one')
  popping.put('two')
  await popping.pop({ maxMsgNums: '1' })
  await popping.crash()
  expect(bodies(await popping.pop())).toEqual(['one', 'two'])
  await popping.advance(12_000)
  expect(bodies(await popping.pop())).toEqual(['one', 'two'])
})
