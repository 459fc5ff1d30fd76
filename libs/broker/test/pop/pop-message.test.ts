import { topicConfigOf } from '../../src/topics/topic-config'
import { channelOf } from '../support/ask'
import { Popping, poppedIn, REVIVE_TOPIC, settled } from '../support/popping'

const FAQ = '\nSee https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.'
const running: Popping[] = []
afterEach(async () => {
  for (const popping of running.splice(0)) {
    await popping.stop()
    expect(popping.store.unreleasedCount).toBe(0)
  }
})

async function started(given: ConstructorParameters<typeof Popping>[0] = {}): Promise<Popping> {
  const popping = await new Popping(given).start()
  running.push(popping)
  return popping
}

const texts = (popped: readonly { readonly body: string }[]): string[] => popped.map(({ body }) => body)
const NO_FIELDS = { invisibleTime: '0', restNum: '0', popTime: '0', reviveQid: '0' }

describe('as Java 5.5.0 answered', () => {
  test('a pop of two of three', async () => {
    const popping = await started()
    for (const body of ['a', 'b', 'c']) popping.put(body)
    const request = popping.ask({ maxMsgNums: '2', invisibleTime: '6000' })
    await settled()
    const popTime = String(popping.clock.nowMs())
    const answer = request.answer()
    expect(answer).toMatchObject({ code: 0, remark: 'FOUND' })
    const extFields = { ...answer.extFields, reviveQid: 'in turn' }
    expect(extFields).toEqual({
      ...{ invisibleTime: '6000', startOffsetInfo: '0 0 0', restNum: '1', popTime, reviveQid: 'in turn' },
      msgOffsetInfo: '0 0 0,1',
    })
    expect(texts(poppedIn(answer))).toEqual(['a', 'b'])
  })

  test('a pop of nothing', async () => {
    const popping = await started()
    const request = popping.ask({ invisibleTime: '6000' })
    await settled()
    const { code, remark, extFields, body } = request.answer()
    expect({ code, remark, body }).toEqual({ code: 210, remark: 'NO_MESSAGE_IN_QUEUE', body: null })
    expect(extFields).toMatchObject({ invisibleTime: '6000', startOffsetInfo: '', restNum: '0', msgOffsetInfo: '' })
  })

  test.each([
    ['an unknown topic', { topic: 'GZ' }, 17, `topic[GZ] not exist, apply first please! ${FAQ}`],
    ['33 messages', { maxMsgNums: '33' }, 29, "the broker[127.0.0.1] pop message's num is greater than 32"],
    [
      'a queue that is not there',
      { queueId: '2' },
      29,
      'queueId[2] is illegal, topic:[GPOP] topicConfig.readQueueNums:[2] consumer:[/127.0.0.1:55526]',
    ],
    ['an expression of nothing', { exp: '||' }, 23, "parse the consumer's subscription failed"],
    [
      'a request that is too old',
      { bornTime: '1699999990000', pollTime: '5000' },
      210,
      'the broker[127.0.0.1] pop message is timeout too much',
    ],
  ])('%s', async (_case, fields, code, remark) => {
    const popping = await started()
    expect(popping.ask(fields).answer()).toMatchObject({ code, remark, extFields: NO_FIELDS })
  })

  test('an ack of an offset that the queue does not have', async () => {
    const popping = await started()
    for (const body of ['a', 'b', 'c']) popping.put(body)
    const [first] = await popping.pop()
    if (first === undefined) throw new Error('nothing was popped')
    const answer = await popping.ack({ handle: { ...first.handle, offset: '99' } })
    expect(answer).toMatchObject({
      code: 208,
      remark: 'offset is illegal, key:GPOP@0, commit:99, store:0~3',
      extFields: null,
    })
    expect(await popping.ack({ handle: { ...first.handle, queueId: '7' } })).toMatchObject({ code: 13 })
    expect(await popping.ack({ handle: { ...first.handle, topic: 'GZ' } })).toMatchObject({ code: 17 })
    expect(await popping.ack({ handle: { ...first.handle, offset: '3' } })).toMatchObject({ code: 0 })
  })

  test('a change of the invisible time', async () => {
    const popping = await started()
    popping.put('a')
    const [first] = await popping.pop()
    if (first === undefined) throw new Error('nothing was popped')
    await popping.advance(80)
    const { answer } = await popping.changeInvisibleTime(first, 2_000)
    const reviveQid = first.handle['extraInfo']?.split(' ')[3]
    const popTime = String(popping.clock.nowMs())
    expect(answer).toMatchObject({ code: 0, remark: 'not set any response code' })
    expect(answer.extFields).toEqual({ invisibleTime: '2000', popTime, reviveQid })
    const fields = { offset: '1' }
    expect((await popping.changeInvisibleTime(first, 2_000, fields)).answer).toMatchObject({ code: 208 })
  })
})

test.each(['', 'x', '0 1 2', '0 1 2 8 0 broker-a 0 0', '0 1 2 998 0 broker-a 0 0', 'a b c d e f g h'])(
  'the receipt "%s" is refused',
  async extraInfo => {
    const popping = await started()
    popping.put('a')
    const handle = { topic: 'GPOP', queueId: '0', offset: '0', extraInfo }
    expect((await popping.ack({ handle })).code).not.toBe(0)
    expect((await popping.changeInvisibleTime({ handle }, 1_000)).answer.code).not.toBe(0)
    expect(popping.store.messages(REVIVE_TOPIC)).toEqual([])
  },
)

test('every queue is popped, and only those tags that are wanted', async () => {
  const popping = await started()
  for (const queueId of [0, 1]) {
    for (const TAGS of ['TagA', 'TagB', 'TagC']) popping.put(`${TAGS}-${queueId}`, { queueId, properties: { TAGS } })
  }
  const popped = await popping.pop({ exp: 'TagA || TagC' })
  expect(texts(popped).sort()).toEqual(['TagA-0', 'TagA-1', 'TagC-0', 'TagC-1'])
  await popping.advance(12_000)
  expect(texts(await popping.pop({ exp: 'TagA || TagC' })).sort()).toEqual(['TagA-0', 'TagA-1', 'TagC-0', 'TagC-1'])
})

test('a message whose check point cannot be stored is not given out, and stays', async () => {
  const popping = await started()
  popping.put('a')
  popping.store.refusals.push({ status: 'SERVICE_NOT_AVAILABLE', reason: 'disk full' })
  expect(await popping.pop()).toEqual([])
  expect(texts(await popping.pop())).toEqual(['a'])
})

test('an ack that cannot be stored is refused', async () => {
  const popping = await started()
  popping.put('a')
  const [first] = await popping.pop()
  if (first === undefined) throw new Error('nothing was popped')
  popping.store.refusals.push({ status: 'SERVICE_NOT_AVAILABLE', reason: 'disk full' })
  expect(await popping.ack(first)).toMatchObject({ code: 1, remark: 'SERVICE_NOT_AVAILABLE: disk full' })
  expect(await popping.ack(first)).toMatchObject({ code: 0 })
})

test('an ack is written once, however often it is sent', async () => {
  const popping = await started({ reviveQueueNum: '1' })
  popping.put('a')
  popping.put('b')
  const [first] = await popping.pop()
  if (first === undefined) throw new Error('nothing was popped')
  await Promise.all([popping.ack(first), popping.ack(first), popping.ack(first)])
  expect(popping.store.messages(REVIVE_TOPIC)).toHaveLength(2)
})

test('a longer invisible time postpones, a shorter one brings forward, and suspended counts as no attempt', async () => {
  const popping = await started()
  for (const body of ['later', 'sooner', 'unused']) popping.put(body)
  const [later, sooner, unused] = await popping.pop()
  if (!later || !sooner || !unused) throw new Error('they were not popped')
  const changed = await popping.changeInvisibleTime(later, 60_000)
  await popping.changeInvisibleTime(sooner, 2_000)
  await popping.changeInvisibleTime(unused, 2_000, { suspend: 'true' })
  await popping.advance(4_000)
  const early = await popping.pop({ invisibleTime: '100000' })
  expect(early.map(({ body, reconsumeTimes }) => `${body} ${reconsumeTimes}`).sort()).toEqual(['sooner 1', 'unused 0'])
  await popping.advance(20_000)
  expect(await popping.pop()).toEqual([])
  expect(await popping.ack(changed)).toMatchObject({ code: 0 })
  await popping.advance(60_000)
  expect(await popping.pop()).toEqual([])
})

describe('acks as a batch', () => {
  const batch = (handle: Readonly<Record<string, string>>, bits: number[], more = {}): string => {
    const [so, pt, it, rq, r] = (handle['extraInfo'] ?? '').split(' ')
    const ack = { b: Buffer.from(bits).toString('base64'), c: 'GG', it, pt, q: handle['queueId'], r, rq, so, t: 'GPOP' }
    return JSON.stringify({ acks: [{ ...ack, ...more }], brokerName: 'broker-a' })
  }

  test('name messages by bits', async () => {
    const popping = await started()
    for (const body of ['a', 'b', 'c', 'd']) popping.put(body)
    const [first] = await popping.pop()
    if (first === undefined) throw new Error('nothing was popped')
    expect(await popping.batchAck(batch(first.handle, [0b1101, 0xff]))).toMatchObject({ code: 0, remark: null })
    await popping.advance(12_000)
    const again = await popping.pop()
    expect(texts(again)).toEqual(['b'])
    if (again[0] === undefined) throw new Error('it did not come again')
    expect(await popping.batchAck(batch(again[0].handle, [1]))).toMatchObject({ code: 0 })
    await popping.advance(12_000)
    expect(await popping.pop()).toEqual([])
  })

  test.each([null, '{"acks":[]}', '{}'])('%s is answered as Java does', async body => {
    expect(await (await started()).batchAck(body)).toMatchObject({ code: 208 })
  })

  test.each(['{', '{"acks":[{}]}'])('%s is refused', async body => {
    expect(await (await started()).batchAck(body)).toMatchObject({ code: 1 })
  })

  test('that name more messages than a check point has are refused', async () => {
    const popping = await started()
    for (let count = 0; count < 40; count += 1) popping.put('x')
    const [first] = await popping.pop()
    if (first === undefined) throw new Error('nothing was popped')
    expect(await popping.batchAck(batch(first.handle, [255, 255, 255, 255, 255]))).toMatchObject({ code: 29 })
    expect(await popping.batchAck(batch(first.handle, [1], { r: '9' }))).toMatchObject({ code: 29 })
  })
})

describe('a pop that waits', () => {
  const wait = { pollTime: '20000' }

  test('is answered in the turn in which a message comes, and has given its frame back', async () => {
    const popping = await started()
    const request = popping.ask(wait)
    expect(request).toMatchObject({ answerCount: 0, isRetained: true })
    popping.put('a')
    popping.put('b', { queueId: 1 })
    await Promise.resolve()
    expect(request.answerCount).toBe(1)
    expect(texts(poppedIn(request.answer())).sort()).toEqual(['a', 'b'])
  })

  test('costs nothing until a message comes: the queues are not looked at', async () => {
    const popping = await started({ popPollingSize: '1000' })
    const groups = Array.from({ length: 100 }, (_, id) => `GG-${id}`)
    const waiting = groups.map(consumerGroup => popping.ask({ ...wait, consumerGroup }))
    await settled()
    const get = jest.spyOn(popping.store, 'get')
    const lookedAt = (): number => get.mock.calls.filter(([{ topic }]) => topic.includes('GPOP')).length
    await popping.advance(15_000)
    expect(lookedAt()).toBe(0)
    popping.put('a')
    await settled()
    expect(waiting.map(request => texts(poppedIn(request.answer())))).toEqual(groups.map(() => ['a']))
    expect(lookedAt()).toBeGreaterThan(0)
  })

  test('ends shortly before its client gives up', async () => {
    const popping = await started()
    const request = popping.ask(wait)
    popping.clock.advance(19_949)
    expect(request.answerCount).toBe(0)
    popping.clock.advance(1)
    expect(request.answer()).toMatchObject({ code: 210, remark: 'NO_MESSAGE_IN_QUEUE' })
  })

  test('is not woken by tags that it does not want, nor by another queue', async () => {
    const popping = await started()
    const picky = popping.ask({ ...wait, exp: 'TagA' })
    const other = popping.ask({ ...wait, queueId: '1', consumerGroup: 'GH' })
    popping.put('b', { properties: { TAGS: 'TagB' } })
    await settled()
    expect([picky.answerCount, other.answerCount]).toEqual([0, 0])
    popping.put('a', { properties: { TAGS: 'TagA' } })
    popping.put('c', { queueId: 1, properties: { TAGS: 'TagB' } })
    await settled()
    expect(texts(poppedIn(picky.answer()))).toEqual(['a'])
    expect(texts(poppedIn(other.answer()))).toEqual(['c'])
  })

  test('is woken by a message that comes again', async () => {
    const popping = await started()
    popping.put('a')
    await popping.pop({ invisibleTime: '3000' })
    const request = popping.ask(wait)
    await popping.advance(6_000)
    expect(poppedIn(request.answer())).toMatchObject([{ body: 'a', reconsumeTimes: 1 }])
  })

  test('leaves to the next what it cannot take', async () => {
    const popping = await started()
    const requests = [1, 2, 3].map(() => popping.ask({ ...wait, maxMsgNums: '1' }))
    for (const body of ['a', 'b', 'c']) popping.put(body)
    await settled()
    expect(requests.flatMap(request => texts(poppedIn(request.answer()))).sort()).toEqual(['a', 'b', 'c'])
  })

  test('is one of each group: a group does not take from another', async () => {
    const popping = await started()
    const requests = ['GG', 'GH'].map(consumerGroup => popping.ask({ ...wait, consumerGroup }))
    popping.put('a')
    await settled()
    expect(requests.map(request => texts(poppedIn(request.answer())))).toEqual([['a'], ['a']])
  })

  test('is refused beyond the limits', async () => {
    const popping = await started({ popPollingSize: '1', maxPopPollingSize: '3' })
    const [, , full] = [1, 2, 3].map(() => popping.ask(wait))
    expect(full?.answer()).toMatchObject({ code: 209, remark: 'NO_MESSAGE_IN_QUEUE' })
    popping.ask({ ...wait, queueId: '1' })
    expect(popping.ask({ ...wait, queueId: '0' }).answer()).toMatchObject({ code: 209 })
  })

  test('goes with its connection, and is answered when the broker stops', async () => {
    const popping = await started()
    const gone = popping.ask(wait, channelOf(5))
    const other = popping.ask(wait, channelOf(6))
    popping.close(channelOf(5))
    await popping.stop()
    expect([gone.answerCount, other.answerCount]).toEqual([0, 1])
    expect(other.answer()).toMatchObject({ code: 210 })
  })
})

test('an operator sets a group back, and it gets its messages again', async () => {
  const popping = await started()
  for (const body of ['a', 'b', 'c']) popping.put(body)
  for (const message of await popping.pop()) await popping.ack(message)
  popping.offsets.assignResetOffset({ group: 'GG', topic: 'GPOP', queueId: 0, offset: 1 })
  expect(texts(await popping.pop())).toEqual(['b', 'c'])
})

test('an offset that the queue does not have is put right', async () => {
  const popping = await started()
  popping.put('a')
  popping.offsets.commit({ group: 'GG', topic: 'GPOP', queueId: 0, offset: 7 })
  expect(await popping.pop()).toEqual([])
  popping.put('b')
  expect(texts(await popping.pop())).toEqual(['b'])
})

describe('a pop by SQL92', () => {
  const sql = { expType: 'SQL92', exp: "colour = 'red'" }
  const put = (popping: Popping, ...colours: string[]): void => {
    for (const colour of colours) popping.put(colour, { properties: { colour } })
  }

  test('gets what it wants, at first and again, and passes over the rest', async () => {
    const popping = await started()
    put(popping, 'blue', 'red', 'blue', 'red')
    expect(texts(await popping.pop(sql))).toEqual(['red', 'red'])
    await popping.advance(12_000)
    expect(texts(await popping.pop(sql))).toEqual(['red', 'red'])
    put(popping, 'blue')
    expect(await popping.pop(sql)).toEqual([])
    expect(await popping.pop()).toEqual([])
  })

  test('waits for a message that it wants', async () => {
    const popping = await started()
    const request = popping.ask({ ...sql, pollTime: '20000' })
    put(popping, 'blue')
    await settled()
    expect(request.answerCount).toBe(0)
    put(popping, 'red')
    await settled()
    expect(texts(poppedIn(request.answer()))).toEqual(['red'])
  })

  test.each([
    ['SQL92', 'colour ='],
    ['SQL92', ''],
    ['REGEX', 'a'],
  ])('is refused as Java does for %s "%s"', async (expType, exp) => {
    const popping = await started()
    put(popping, 'red')
    const request = popping.ask({ expType, exp })
    await settled()
    const answer = request.answer()
    if (exp === '')
      expect(texts(poppedIn(answer))).toEqual(['red']) // an empty expression takes all
    else expect(answer).toMatchObject({ code: 23, remark: "parse the consumer's subscription failed" })
  })
})

test('a queue of which a group has too many messages in its hands is not popped, where that is switched on', async () => {
  const popping = await started({ enablePopMessageThreshold: 'true', popInflightMessageThreshold: '2' })
  for (const body of ['a', 'b', 'c', 'd']) popping.put(body)
  popping.put('e', { queueId: 1 })
  const first = await popping.pop({ queueId: '0', maxMsgNums: '3', invisibleTime: '100000' })
  expect(texts(first)).toEqual(['a', 'b', 'c'])
  const waiting = popping.ask({ queueId: '0', pollTime: '3000' })
  expect(texts(await popping.pop())).toEqual(['e'])
  expect(texts(await popping.pop({ consumerGroup: 'GH', queueId: '0' }))).toHaveLength(4)
  if (first[0] === undefined) throw new Error('nothing was popped')
  await popping.ack(first[0])
  expect(texts(await popping.pop({ queueId: '0' }))).toEqual(['d'])
  await popping.advance(3_000)
  expect(waiting.answer()).toMatchObject({ code: 210 })
  await popping.crash()
  expect(texts(await popping.pop({ queueId: '0' }))).toEqual([])
})

test.each([
  ['while they are in memory', '100000'],
  ['once they are stored', '3000'],
])('messages are counted as in the hands of a group, %s', async (_when, popCkStayBufferTime) => {
  const given = { enablePopMessageThreshold: 'true', popInflightMessageThreshold: '2', enablePopBufferMerge: 'true' }
  const popping = await started({ ...given, popCkStayBufferTime })
  for (const body of ['a', 'b', 'c', 'd', 'e']) popping.put(body)
  const first = await popping.pop({ queueId: '0', maxMsgNums: '3', invisibleTime: '100000' })
  await popping.advance(5_000)
  expect(texts(await popping.pop({ queueId: '0' }))).toEqual([])
  if (first[0] === undefined) throw new Error('nothing was popped')
  await popping.ack(first[0])
  await popping.ack(first[0])
  expect(texts(await popping.pop({ queueId: '0', maxMsgNums: '1' }))).toEqual(['d'])
  expect(texts(await popping.pop({ queueId: '0', maxMsgNums: '1' }))).toEqual([])
  for (const message of first) await popping.ack(message)
  expect(texts(await popping.pop({ queueId: '0' }))).toEqual(['e'])
})

test('where messages have priorities, the most urgent queue comes first', async () => {
  const popping = await started()
  const priority = new Map([['message.type', 'PRIORITY']])
  popping.topics.put({ ...topicConfigOf({ topicName: 'GPOP', readQueueNums: 4 }), attributes: priority })
  for (let round = 0; round < 20; round += 1) {
    for (const queueId of [0, 1, 2, 3]) popping.put(String(queueId), { queueId })
    expect(texts(await popping.pop())).toEqual(['3', '2', '1', '0'])
  }
})

test('with retry topics of both spellings, what waits in either comes, and goes on in the new one', async () => {
  const popping = await started({ enableRetryTopicV2: 'true' })
  for (const topic of ['%RETRY%GG_GPOP', '%RETRY%GG+GPOP']) {
    popping.topics.ensureForSendBack({ topic, queueNums: 1, perm: 6 })
    popping.put(topic, { topic })
  }
  const popped = [...(await popping.pop()), ...(await popping.pop())]
  expect(texts(popped).sort()).toEqual(['%RETRY%GG+GPOP', '%RETRY%GG_GPOP'])
  for (const message of popped) expect(await popping.ack(message)).toMatchObject({ code: 0 })
  popping.put('a')
  await popping.pop({ invisibleTime: '3000' })
  await popping.advance(6_000)
  expect(popping.store.messages('%RETRY%GG+GPOP')).toHaveLength(2)
  expect((await popping.pop()).map(({ handle }) => handle['topic'])).toEqual(['%RETRY%GG+GPOP'])
  await popping.advance(20_000)
  expect(popping.store.messages('%RETRY%GG_GPOP')).toHaveLength(1)
})

test('the old spelling is not looked at where that is switched off', async () => {
  const popping = await started({ enableRetryTopicV2: 'true', retrieveMessageFromPopRetryTopicV1: 'false' })
  popping.topics.ensureForSendBack({ topic: '%RETRY%GG_GPOP', queueNums: 1, perm: 6 })
  popping.put('old', { topic: '%RETRY%GG_GPOP' })
  for (let time = 0; time < 5; time += 1) expect(await popping.pop()).toEqual([])
})

test.each([
  [0, ['new', 'again']],
  [100, ['again', 'new']],
])('of %i percent of the pops what comes again is first', async (percent, order) => {
  const popping = await started({ popFromRetryProbability: String(percent) })
  popping.put('again')
  await popping.pop({ invisibleTime: '1000' })
  await popping.advance(3_000)
  popping.put('new')
  expect(texts(await popping.pop())).toEqual(order)
})
