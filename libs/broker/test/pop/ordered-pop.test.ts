import { Popping, poppedIn, settled } from '../support/popping'
import type { PoppedByTest } from '../support/popping'

const running: Popping[] = []
afterEach(async () => {
  for (const popping of running.splice(0)) {
    await popping.stop()
    expect(popping.store.unreleasedCount).toBe(0)
  }
})

async function started(
  bodies: readonly string[],
  given: ConstructorParameters<typeof Popping>[0] = {},
): Promise<Popping> {
  const popping = await new Popping(given).start()
  running.push(popping)
  for (const body of bodies) popping.put(body)
  return popping
}

const ORDERED = { order: 'true', queueId: '0', maxMsgNums: '2', invisibleTime: '1500' }
const texts = (popped: readonly { readonly body: string }[]): string[] => popped.map(({ body }) => body)
const committed = (popping: Popping): number => popping.offsets.query('GG', 'GPOP', 0)

async function popOrdered(popping: Popping, fields = {}): Promise<readonly [PoppedByTest, PoppedByTest]> {
  const [first, second] = await popping.pop({ ...ORDERED, ...fields })
  if (first === undefined || second === undefined) throw new Error('two were to be popped')
  return [first, second]
}

describe('as Java 5.5.0 answered', () => {
  test('a pop in order, and a second consumer meanwhile', async () => {
    const popping = await started(['a', 'b', 'c'])
    const request = popping.ask({ ...ORDERED, maxMsgNums: '1' })
    await settled()
    const answer = request.answer()
    const popTime = String(popping.clock.nowMs())
    expect(answer).toMatchObject({ code: 0, remark: 'FOUND' })
    expect(answer.extFields).toEqual({
      ...{ popTime, invisibleTime: '1500', reviveQid: '999', restNum: '2' },
      ...{ startOffsetInfo: '0 0 0', msgOffsetInfo: '0 0 0', orderCountInfo: '0 0 0' },
    })
    const other = popping.ask({ ...ORDERED, maxMsgNums: '1' })
    await settled()
    const nothing = { startOffsetInfo: '', msgOffsetInfo: '', orderCountInfo: '', restNum: '0', reviveQid: '999' }
    expect(other.answer()).toMatchObject({ code: 210, remark: 'NO_MESSAGE_IN_QUEUE', extFields: nothing })
  })

  test('a second try: the same attempt at once, another when the time is up, with counts', async () => {
    const popping = await started(['a', 'b', 'c'])
    const [first] = await popOrdered(popping, { attemptId: 'one' })
    popping.clock.advance(1)
    expect(texts(await popping.pop({ ...ORDERED, attemptId: 'one' }))).toEqual(['a', 'b'])
    await popping.ack(first) // of the pop before: nothing comes of it
    expect(committed(popping)).toBe(0)
    const [again] = await popOrdered(popping, { attemptId: 'one' })
    await popping.ack(again)
    expect(await popping.pop({ ...ORDERED, attemptId: 'two' })).toEqual([])
    await popping.advance(1_500)
    const request = popping.ask({ ...ORDERED, attemptId: 'two' })
    await settled()
    const answer = request.answer()
    expect(answer.extFields).toMatchObject({ msgOffsetInfo: '0 0 1,2', orderCountInfo: '0 qo0%1 1;0 0 0' })
    expect(texts(poppedIn(answer))).toEqual(['b', 'c'])
  })

  test('a change of the invisible time', async () => {
    const popping = await started(['a', 'b'])
    const popTime = String(popping.clock.nowMs())
    const [first, second] = await popOrdered(popping)
    await popping.advance(500)
    const { answer } = await popping.changeInvisibleTime(first, 1_005)
    expect(answer).toMatchObject({ code: 0, remark: 'not set any response code' })
    expect(answer.extFields).toEqual({ popTime, invisibleTime: '1505', reviveQid: '999' })
    await popping.ack(first)
    const late = await popping.changeInvisibleTime(first, 1_005)
    expect(late.answer).toMatchObject({ code: 0, remark: 'not set any response code' })
    expect(late.answer.extFields).toEqual({ popTime: '0', invisibleTime: '0', reviveQid: '0' })
    expect((await popping.changeInvisibleTime(second, 1_005)).answer.extFields).toMatchObject({ popTime })
  })

  test('an ack of a message that is none of the batch', async () => {
    const popping = await started(['a', 'b', 'c'])
    const [first] = await popOrdered(popping)
    const answer = await popping.ack({ handle: { ...first.handle, offset: '2' } })
    expect(answer).toMatchObject({
      code: 13,
      remark: 'offset is illegal, key:GPOP@GG@0, old:0, commit:2, next:-1, /127.0.0.1:55526',
    })
  })
})

test('the offset moves with the acks, without a gap, one by one or as a batch', async () => {
  const popping = await started(['a', 'b', 'c', 'd'])
  const [first, second] = await popOrdered(popping)
  await popping.ack(second)
  expect(committed(popping)).toBe(0)
  await popping.ack(first)
  expect(committed(popping)).toBe(2)
  const [third] = await popOrdered(popping)
  const [so, pt, it, rq] = (third.handle['extraInfo'] ?? '').split(' ')
  const acks = [{ b: Buffer.from([0b11]).toString('base64'), c: 'GG', it, pt, q: '0', r: '0', rq, so, t: 'GPOP' }]
  expect(await popping.batchAck(JSON.stringify({ acks, brokerName: 'broker-a' }))).toMatchObject({ code: 0 })
  expect(committed(popping)).toBe(4)
})

test('who waits for a queue gets its messages when those before are acknowledged, or when their time is up', async () => {
  const popping = await started(['a', 'b', 'c', 'd'])
  const [first, second] = await popOrdered(popping, { invisibleTime: '60000' })
  const waiting = popping.ask({ ...ORDERED, queueId: '-1', pollTime: '20000' })
  await popping.ack(first)
  expect(waiting.answerCount).toBe(0)
  await popping.ack(second)
  expect(texts(poppedIn(waiting.answer()))).toEqual(['c', 'd'])
  const next = popping.ask({ ...ORDERED, pollTime: '20000' })
  popping.put('e') // wakes, and finds the queue blocked
  await popping.advance(1_000)
  expect(next.answerCount).toBe(0)
  await popping.advance(500)
  expect(texts(poppedIn(next.answer()))).toEqual(['c', 'd'])
})

test('an invisible time that is made longer keeps the queue, one that is made shorter gives it free', async () => {
  const popping = await started(['a', 'b'])
  const [first, second] = await popOrdered(popping)
  await popping.changeInvisibleTime(first, 30_000)
  await popping.advance(10_000)
  expect(await popping.pop(ORDERED)).toEqual([])
  const waiting = popping.ask({ ...ORDERED, pollTime: '10000' })
  await popping.changeInvisibleTime(first, 0)
  expect(texts(poppedIn(waiting.answer()))).toEqual(['a', 'b'])
  await popping.ack(second)
  expect(committed(popping)).toBe(0)
})

test('queues block one by one, and groups not each other', async () => {
  const popping = await started(['a'])
  popping.put('b', { queueId: 1 })
  expect(texts(await popping.pop({ ...ORDERED, maxMsgNums: '1', queueId: '0' }))).toEqual(['a'])
  expect(texts(await popping.pop({ ...ORDERED, queueId: '-1' }))).toEqual(['b'])
  expect(texts(await popping.pop({ ...ORDERED, queueId: '-1' }))).toEqual([])
  expect(texts(await popping.pop({ ...ORDERED, queueId: '-1', consumerGroup: 'GH' })).sort()).toEqual(['a', 'b'])
})

test('tags that are not wanted are passed over', async () => {
  const popping = await started([])
  for (const TAGS of ['TagB', 'TagA', 'TagB', 'TagA', 'TagB']) popping.put(TAGS, { properties: { TAGS } })
  const [first, second] = await popOrdered(popping, { exp: 'TagA' })
  expect([first.handle['offset'], second.handle['offset']]).toEqual(['1', '3'])
  await popping.ack(first)
  await popping.ack(second)
  expect(await popping.pop({ ...ORDERED, exp: 'TagA' })).toEqual([])
  expect(committed(popping)).toBe(5)
})

test('an operator who sets a group back frees the queue, and old acks do not count', async () => {
  const popping = await started(['a', 'b', 'c'])
  const [first, second] = await popOrdered(popping)
  await popping.ack(first)
  popping.offsets.assignResetOffset({ group: 'GG', topic: 'GPOP', queueId: 0, offset: 0 })
  expect(texts(await popping.pop(ORDERED))).toEqual(['a', 'b'])
  await popping.ack(second)
  expect(committed(popping)).toBe(0)
})
