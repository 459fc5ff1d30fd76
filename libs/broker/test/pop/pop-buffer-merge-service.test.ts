import { decodePopCheckPoint, readProperty } from '@rocketmq-ts/protocol'
import type { BrokerConfig } from '../../src/broker-config'
import { Popping, REVIVE_TOPIC, settled } from '../support/popping'
import type { PoppedByTest } from '../support/popping'

const STAY_MS = 10_000
const INVISIBLE_MS = 60_000

async function merging(given: Partial<Record<keyof BrokerConfig, string>> = {}): Promise<Popping> {
  return await new Popping({ enablePopBufferMerge: 'true', reviveQueueNum: '1', ...given }).start()
}

function pop(popping: Popping, messageCountMax: number, invisibleMs = INVISIBLE_MS): Promise<readonly PoppedByTest[]> {
  return popping.pop({ maxMsgNums: String(messageCountMax), invisibleTime: String(invisibleMs) })
}

function committed(popping: Popping): number {
  return popping.offsets.query('GG', 'GPOP', 0)
}

/** What lies in the revive topic: tags, and for check points the offsets that are not acknowledged. */
function records(popping: Popping): unknown[] {
  return popping.store.messages(REVIVE_TOPIC).map(({ properties, body }) => {
    const tag = readProperty(properties, 'TAGS')
    if (tag !== 'ck') return tag
    const { offsets, ackedBits } = decodePopCheckPoint(body)
    return offsets.filter((_, index) => ((ackedBits >>> index) & 1) === 0)
  })
}

test('of messages that are acknowledged soon nothing is stored, and then the offset is committed', async () => {
  const popping = await merging()
  popping.put('a')
  popping.put('b')
  const [a, b] = await pop(popping, 2)
  expect(committed(popping)).toBe(0)
  await popping.ack(a as PoppedByTest)
  expect(committed(popping)).toBe(0)
  await popping.ack(b as PoppedByTest)
  expect(committed(popping)).toBe(2)
  expect(records(popping)).toEqual([])
})

test('the next pop goes on where the last one ended, whatever is committed', async () => {
  const popping = await merging()
  for (const body of ['a', 'b', 'c']) popping.put(body)
  const bodies = [...(await pop(popping, 1)), ...(await pop(popping, 1)), ...(await pop(popping, 1))].map(
    ({ body }) => body,
  )
  expect(bodies).toEqual(['a', 'b', 'c'])
  expect(await pop(popping, 1)).toEqual([])
  expect(committed(popping)).toBe(0)
})

test('offsets are committed in order, whatever is acknowledged first', async () => {
  const popping = await merging()
  for (const body of ['a', 'b', 'c']) popping.put(body)
  const [a] = await pop(popping, 1)
  const [b] = await pop(popping, 1)
  await pop(popping, 1)
  await popping.ack(b as PoppedByTest)
  expect(committed(popping)).toBe(0)
  await popping.ack(a as PoppedByTest)
  expect(committed(popping)).toBe(2)
})

test('a check point that stays for too long is stored once, with its acks in it', async () => {
  const popping = await merging()
  for (const body of ['a', 'b', 'c']) popping.put(body)
  const [, b, c] = await pop(popping, 3)
  await popping.ack(b as PoppedByTest)
  await popping.advance(STAY_MS - 500)
  expect(records(popping)).toEqual([])
  await popping.advance(500)
  expect(records(popping)).toEqual([[0, 2]])
  expect(committed(popping)).toBe(3)
  await popping.ack(c as PoppedByTest)
  expect(records(popping)).toEqual([[0, 2], 'ack'])
  await popping.advance(INVISIBLE_MS)
  expect((await pop(popping, 3)).map(({ body }) => body)).toEqual(['a'])
})

test('a check point leaves memory before its messages come again', async () => {
  const popping = await merging()
  popping.put('a')
  await pop(popping, 1, 8_000)
  await popping.advance(4_500)
  expect(records(popping)).toEqual([])
  await popping.advance(500)
  expect(records(popping)).toEqual([[0]])
})

test.each([
  ['its messages come again soon', {}, 4_000],
  ['there is no room', { popCkMaxBufferSize: '1' }, INVISIBLE_MS],
  ['its queue has no room', { popCkOffsetMaxQueueSize: '1' }, INVISIBLE_MS],
])(
  'a check point is stored at once when %s, and its offset waits for those before it',
  async (_, given, invisibleMs) => {
    const popping = await merging(given)
    for (const body of ['a', 'b', 'c']) popping.put(body)
    const [a] = await pop(popping, 1)
    await pop(popping, 1, invisibleMs)
    await pop(popping, 1, invisibleMs)
    expect(records(popping)).toEqual([[1], [2]])
    expect(committed(popping)).toBe(0)
    await popping.ack(a as PoppedByTest)
    expect(committed(popping)).toBe(3)
  },
)

test('a stop stores what is in memory', async () => {
  const popping = await merging()
  popping.put('a')
  popping.put('b')
  const [a] = await pop(popping, 2)
  await popping.ack(a as PoppedByTest)
  await popping.stop()
  expect(records(popping)).toEqual([[1]])
  expect(committed(popping)).toBe(2)
})

test('what was only in memory is popped again after a crash', async () => {
  const popping = await merging()
  popping.put('a')
  popping.put('b')
  const [a] = await pop(popping, 1)
  await pop(popping, 1)
  await popping.ack(a as PoppedByTest)
  popping.flushOffsets()
  await popping.crash()
  expect((await pop(popping, 2)).map(({ body }) => body)).toEqual(['b'])
})

test('a check point that the store refuses stays in memory, and is stored later', async () => {
  const popping = await merging()
  popping.put('a')
  await pop(popping, 1)
  popping.store.refusals.push({ status: 'SERVICE_NOT_AVAILABLE', reason: 'the disk is full' })
  await popping.advance(STAY_MS)
  expect(records(popping)).toEqual([])
  expect(committed(popping)).toBe(0)
  await popping.advance(1_000)
  expect(records(popping)).toEqual([[0]])
  expect(committed(popping)).toBe(1)
})

test('an operator who resets the offset is obeyed, and what was popped before commits nothing more', async () => {
  const popping = await merging()
  for (const body of ['a', 'b', 'c']) popping.put(body)
  const popped = await pop(popping, 3)
  popping.offsets.assignResetOffset({ group: 'GG', topic: 'GPOP', queueId: 0, offset: 1 })
  popping.clock.advance(1)
  const [b, c] = await pop(popping, 3)
  expect([b?.body, c?.body]).toEqual(['b', 'c'])
  for (const message of popped) await popping.ack(message)
  expect(committed(popping)).toBe(1)
  for (const message of [b, c]) await popping.ack(message as PoppedByTest)
  expect(committed(popping)).toBe(3)
})

test('it is switched on and off while messages are in consumers’ hands', async () => {
  const popping = await merging()
  popping.put('a')
  popping.put('b')
  const [a] = await pop(popping, 1)
  Object.assign(popping.config, { enablePopBufferMerge: false })
  await pop(popping, 1)
  expect(records(popping)).toEqual([[1]])
  await popping.ack(a as PoppedByTest)
  await settled()
  expect(records(popping)).toEqual([[1]])
  expect(committed(popping)).toBe(2)
})
