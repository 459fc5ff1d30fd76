import { parseProperties, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import { encodeMessageBatch } from '@rocketmq-ts/protocol'
import { topicConfigOf } from '../../src/topics/topic-config'
import { ask, send } from '../support/ask'
import { messaging } from '../support/messaging'
import type { Messaging } from '../support/messaging'

const UNIQ_KEY = 'AC110001000100000000000000000001'
const STAMP = { TRACE_ON: 'true', MSG_REGION: 'DefaultRegion' }
const FAQ = '\nSee https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.'

const text = (pairs: Record<string, string>): string =>
  Object.entries(pairs)
    .map(([key, value]) => `${key}\x01${value}\x02`)
    .join('')

const v2 = (fields: Record<string, string> = {}, properties: Record<string, string> = { UNIQ_KEY }) => ({
  ...{ a: 'GP', b: 'GA', c: 'TBW102', d: '4', e: '0', f: '0', g: '1700000000123', h: '7', i: text(properties) },
  ...{ j: '0', k: 'false', m: 'false', n: 'broker-a' },
  ...fields,
})

const sendV2 = (broker: Messaging, fields?: Record<string, string>, properties?: Record<string, string>) =>
  ask(broker.send, { code: RequestCode.SEND_MESSAGE_V2, extFields: v2(fields, properties), body: 'hello' })

const batchBody = (...bodies: readonly string[]): Buffer =>
  encodeMessageBatch(
    bodies.map((body, flag) => ({
      flag,
      body: Buffer.from(body),
      properties: Buffer.from(text({ UNIQ_KEY: `B${flag}` })),
    })),
  )

const propertiesIn = (broker: Messaging, topic: string, queueId = 0) =>
  Object.fromEntries(parseProperties(broker.store.messages(topic, queueId).at(-1)!.properties))

describe('as Java 5.5.0 answered it', () => {
  test('V2, then V1 without a unique key, then a batch of two', async () => {
    const broker = messaging()
    const properties = { UNIQ_KEY, TAGS: 'TagA', KEYS: 'K1 K2', WAIT: 'true', user: 'v' }
    const first = await sendV2(broker, {}, properties)
    expect(first).toMatchObject({ code: 0, remark: null, body: null })
    expect(first.extFields).toEqual({
      ...{ queueId: '0', transactionId: UNIQ_KEY, msgId: '7F0000010000A3B70000000000000000', queueOffset: '0' },
      ...STAMP,
    })
    const [stored] = broker.store.messages('GA')
    expect(stored).toMatchObject({ recordBytes: 240, flag: 7, bodyCrc: 0x3610a686, queueOffset: 0, physicalOffset: 0 })
    expect(Object.fromEntries(parseProperties(stored!.properties))).toEqual({
      ...properties,
      ...STAMP,
      CLUSTER: 'DefaultCluster',
    })

    const second = await ask(broker.send, {
      code: RequestCode.SEND_MESSAGE,
      extFields: {
        ...{ producerGroup: 'GP', topic: 'GA', defaultTopic: 'TBW102', defaultTopicQueueNums: '4', queueId: '0' },
        ...{ sysFlag: '0', bornTimestamp: '1700000000124', flag: '0', properties: '', reconsumeTimes: '0' },
        ...{ unitMode: 'false', batch: 'false' },
      },
      body: 'v1',
    })
    expect(second.extFields).toMatchObject({ queueOffset: '1', msgId: '7F0000010000A3B700000000000000F0' })
    expect(second.extFields?.['transactionId']).toMatch(/^FD000000000000000000000000000002045F[0-9A-F]{20}$/)

    const body = Buffer.from(
      '00000042000000000000000000000000000000026230002a554e49515f4b4559014143313130303031303030313030303030303030303030303030303030303033020000004200000000000000000000000900000002' +
        '6231002a554e49515f4b455901414331313030303130303031303030303030303030303030303030303030303402',
      'hex',
    )
    const third = await ask(broker.send, {
      code: RequestCode.SEND_BATCH_MESSAGE,
      extFields: v2({ e: '1', m: 'true' }, { UNIQ_KEY: 'AC110001000100000000000000000002' }),
      body,
    })
    expect(third.extFields).toEqual({
      ...{ queueId: '1', transactionId: 'AC110001000100000000000000000002', queueOffset: '0' },
      msgId: '7F0000010000A3B700000000000001CF,7F0000010000A3B70000000000000258',
      ...STAMP,
    })
    expect(propertiesIn(broker, 'GA', 1)).toEqual({ UNIQ_KEY: 'AC110001000100000000000000000004' })
    expect(broker.store.messages('GA', 1).map(({ flag }) => flag)).toEqual([0, 9])
  })

  test.each([
    [
      'queue id out of range',
      { e: '2' },
      29,
      'request queueId[2] is illegal, TopicConfig [topicName=GA, readQueueNums=2, writeQueueNums=2, perm=RW-, topicFilterType=SINGLE_TAG, topicSysFlag=0, order=false, attributes={}] Producer: 127.0.0.1:55526',
    ],
    ['topic and default topic unknown', { b: 'GZ', c: 'nodef' }, 17, `topic[GZ] not exist, apply first please!${FAQ}`],
    [
      'bad name',
      { b: 'G.Z' },
      29,
      'The specified topic: G.Z, contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$',
    ],
    ['system topic', { b: 'SCHEDULE_TOPIC_XXXX' }, 16, 'Sending message to topic[SCHEDULE_TOPIC_XXXX] is forbidden.'],
  ])('%s', async (_case, fields, code, remark) => {
    const answer = await sendV2(messaging(), fields)
    expect(answer).toMatchObject({ code, remark, extFields: STAMP })
  })

  test('a delayed message is parked, and answered for the queue that it was sent to', async () => {
    const broker = messaging()
    const answer = await sendV2(broker, {}, { UNIQ_KEY, DELAY: '1' })
    expect(answer.extFields).toMatchObject({ queueId: '0', queueOffset: '0', transactionId: UNIQ_KEY })
    expect(propertiesIn(broker, 'SCHEDULE_TOPIC_XXXX')).toEqual({
      ...{ UNIQ_KEY, DELAY: '1', REAL_TOPIC: 'GA', REAL_QID: '0', CLUSTER: 'DefaultCluster' },
      ...STAMP,
    })
    expect(broker.store.puts[0]).toMatchObject({ tagsCode: 1000 })
  })

  test('a broker that is told to wait refuses until then', async () => {
    const broker = messaging({ startAcceptSendRequestTimeStamp: '9999999999999' })
    const answer = await sendV2(broker)
    expect(answer).toMatchObject({ code: 1, extFields: STAMP })
    expect(answer.remark).toMatch(/^broker unable to service, until 2286-11-2\d \d\d:46:39,999$/)
  })
})

describe('what is no request is refused without fields', () => {
  test.each([
    ['no fields', null, 'x'],
    ['a missing field', { ...v2(), b: undefined } as unknown as Record<string, string>, 'x'],
    ['a bad number', v2({ e: 'one' }), 'x'],
    ['no body', v2(), null],
  ])('%s', async (_case, extFields, body) => {
    const answer = await ask(messaging().send, { code: RequestCode.SEND_MESSAGE_V2, extFields, body })
    expect(answer).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, extFields: null })
    expect(answer.remark).not.toBe('')
  })
})

describe('properties', () => {
  test('those of the broker replace what the producer says, and a receipt handle is dropped', async () => {
    const broker = messaging()
    await sendV2(broker, {}, { UNIQ_KEY, MSG_REGION: 'Mars', POP_CK: '0 1 2', CLUSTER: 'x', user: 'v' })
    expect(propertiesIn(broker, 'GA')).toEqual({ UNIQ_KEY, ...STAMP, CLUSTER: 'DefaultCluster', user: 'v' })
  })

  test.each([
    ['closed', `UNIQ_KEY\x01${UNIQ_KEY}\x02user\x01v\x02`],
    ['open, as Java leaves it', `UNIQ_KEY\x01${UNIQ_KEY}\x02user\x01v`],
    ['open after a pair to leave out', `UNIQ_KEY\x01${UNIQ_KEY}\x02POP_CK\x010 1 2\x02user\x01v`],
    ['without a value at the end', `UNIQ_KEY\x01${UNIQ_KEY}\x02user\x01v\x02nothing\x01`],
  ])('the stamp follows the last pair: %s', async (_, properties) => {
    const broker = messaging()
    await sendV2(broker, { i: properties })
    expect(broker.store.messages('GA').at(-1)!.properties.toString()).toBe(
      text({ UNIQ_KEY, user: 'v', MSG_REGION: 'DefaultRegion', TRACE_ON: 'true', CLUSTER: 'DefaultCluster' }),
    )
  })

  test('the region and the trace switch follow the configuration', async () => {
    const broker = messaging()
    await sendV2(broker)
    Object.assign(broker.config, { regionId: 'Elsewhere', traceOn: false })
    expect((await sendV2(broker)).extFields).toMatchObject({ MSG_REGION: 'Elsewhere', TRACE_ON: 'false' })
    expect(propertiesIn(broker, 'GA')).toMatchObject({ MSG_REGION: 'Elsewhere', TRACE_ON: 'false' })
  })

  test('WAIT=false lets the store answer before the disk has it; the tag is hashed as Java does', async () => {
    const broker = messaging()
    await sendV2(broker, {}, { UNIQ_KEY, WAIT: 'false', TAGS: 'TagA' })
    await sendV2(broker, {}, { UNIQ_KEY, WAIT: 'True', TAGS: '标签' })
    expect(broker.store.puts).toMatchObject([
      { waitStoreMessageOk: false, tagsCode: 2598919 },
      { waitStoreMessageOk: true, tagsCode: 857175 },
    ])
  })
})

describe('delays', () => {
  test.each([
    ['0', 'GA', '0'],
    ['-1', 'GA', '-1'],
    ['18', 'SCHEDULE_TOPIC_XXXX', '18'],
    ['99', 'SCHEDULE_TOPIC_XXXX', '18'],
  ])('DELAY=%s goes to %s', async (level, topic, stored) => {
    const broker = messaging()
    expect(await sendV2(broker, { e: '1' }, { UNIQ_KEY, DELAY: level })).toMatchObject({ code: 0 })
    const queueId = topic === 'GA' ? 1 : 17
    expect(propertiesIn(broker, topic, queueId)['DELAY']).toBe(stored)
  })

  test('a level makes the timer properties void', async () => {
    const broker = messaging()
    await sendV2(broker, {}, { UNIQ_KEY, DELAY: '2', TIMER_DELIVER_MS: '1', TIMER_DELAY_SEC: '2', TIMER_DELAY_MS: '3' })
    const { DELAY, ...rest } = propertiesIn(broker, 'SCHEDULE_TOPIC_XXXX', 1)
    expect(DELAY).toBe('2')
    expect(Object.keys(rest).filter(key => key.startsWith('TIMER'))).toEqual([])
  })

  test.each([
    ['DELAY that is no number', { DELAY: 'abc' }, 'the property DELAY is "abc", which is no number'],
    ['time that is no number', { TIMER_DELIVER_MS: 'abc' }, /timer message illegal/],
    ['time that is too late', { TIMER_DELAY_SEC: '3456001' }, /not be bigger than the max delay 3456000000ms/],
    ['recall of what has been delivered', { TIMER_DELIVER_MS: '5', TIMER_DEL_UNIQKEY: 'x' }, /set del msg/],
  ])('a %s is refused in words', async (_case, properties, remark) => {
    const answer = await sendV2(messaging(), {}, { UNIQ_KEY, ...properties })
    expect(answer).toMatchObject({ code: ResponseCode.MESSAGE_ILLEGAL, extFields: STAMP })
    expect(answer.remark).toMatch(remark)
  })

  test.each([
    ['TIMER_DELAY_SEC', { TIMER_DELAY_SEC: '10', TIMER_DELAY_MS: '1', TIMER_DELIVER_MS: '1' }, 1_700_000_009_000],
    ['TIMER_DELAY_MS', { TIMER_DELAY_MS: '10500', TIMER_DELIVER_MS: '1' }, 1_700_000_010_000],
    ['TIMER_DELIVER_MS', { TIMER_DELIVER_MS: '1700000010001' }, 1_700_000_010_000],
    ['the longest delay', { TIMER_DELAY_SEC: '3456000' }, 1_703_455_999_000],
  ])('a message for a later time by %s waits on the timer topic, and can be taken back', async (_case, wish, outMs) => {
    const broker = messaging()
    const answer = await sendV2(broker, { e: '1' }, { UNIQ_KEY, REAL_TOPIC: 'Old', ...wish })
    expect(answer).toMatchObject({ code: 0, extFields: { queueId: '1' } })
    const handle = Buffer.from(answer.extFields?.['recallHandle'] ?? '', 'base64url').toString()
    expect(handle).toBe(`v1 GA broker-a ${outMs + 1} ${UNIQ_KEY}`)
    expect(propertiesIn(broker, 'rmq_sys_wheel_timer')).toMatchObject({
      ...{ TIMER_OUT_MS: String(outMs), REAL_TOPIC: 'GA', REAL_QID: '1', ...wish },
    })
  })

  test('one that has waited is stored at once, whatever time it names', async () => {
    const broker = messaging()
    await sendV2(broker, {}, { UNIQ_KEY, TIMER_OUT_MS: '1', TIMER_DELAY_SEC: '10' })
    expect(broker.store.messages('GA')).toHaveLength(1)
  })

  test('without the timer, messages for a later time are refused', async () => {
    const answer = await sendV2(messaging({ timerWheelEnable: 'false' }), {}, { UNIQ_KEY, TIMER_DELAY_SEC: '10' })
    expect(answer).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, extFields: STAMP })
    expect(answer.remark).toMatch(/timerWheelEnable is false/)
  })

  test('the fuller a slot is above its limit, the more are refused', async () => {
    const broker = messaging()
    const storedOf = async (count: number): Promise<number> => {
      broker.timedCounts.set(1_700_000_009_000, count)
      let stored = 0
      for (let index = 0; index < 100; index += 1) {
        const { code } = await sendV2(broker, {}, { UNIQ_KEY, TIMER_DELAY_SEC: '10' })
        if (code === ResponseCode.SUCCESS) stored += 1
      }
      return stored
    }
    expect(await storedOf(100)).toBe(100)
    expect(await storedOf(125)).toBeGreaterThan(await storedOf(175))
    expect(await storedOf(200)).toBe(0)
  })

  test('a message whose time has come is stored at once', async () => {
    const broker = messaging()
    expect(await sendV2(broker, {}, { UNIQ_KEY, TIMER_DELIVER_MS: '1600000000000' })).toMatchObject({ code: 0 })
    expect(broker.store.messages('GA')).toHaveLength(1)
  })
})

const TRANSACTION = { TRAN_MSG: 'true', PGROUP: 'GP' }

describe('what would be stored wrongly is refused', () => {
  test.each([
    ['a stray message on the timer topic', { b: 'rmq_sys_wheel_timer' }, {}, ResponseCode.NO_PERMISSION],
    ['a transaction of no group', { f: '4' }, { TRAN_MSG: 'true' }, ResponseCode.MESSAGE_ILLEGAL],
    ['a delayed transaction', { f: '4' }, { ...TRANSACTION, DELAY: '1' }, ResponseCode.MESSAGE_ILLEGAL],
    ['a timed transaction', { f: '4' }, { ...TRANSACTION, TIMER_DELAY_SEC: '9' }, ResponseCode.MESSAGE_ILLEGAL],
    ['half a transaction', { f: '4' }, {}, ResponseCode.MESSAGE_ILLEGAL],
    ['an inner batch', { f: '192' }, {}, ResponseCode.MESSAGE_ILLEGAL],
    ['the count of an inner batch without one', {}, { INNER_NUM: '3' }, ResponseCode.MESSAGE_ILLEGAL],
  ])('%s', async (_case, fields, properties, code) => {
    const broker = messaging()
    const answer = await sendV2(broker, fields, { UNIQ_KEY, ...properties })
    expect(answer).toMatchObject({ code, extFields: STAMP })
    expect(broker.store.puts).toEqual([])
  })

  test('a message in a transaction waits on the half topic, and knows where it is to go', async () => {
    const broker = messaging()
    const received = {
      TRANSACTION_CHECK_TIMES: '15',
      TRAN_PREPARED_QUEUE_OFFSET: '3',
      REAL_TOPIC: 'Old',
      REAL_QID: '8',
    }
    const answer = await sendV2(broker, { e: '1', f: '5' }, { UNIQ_KEY, ...TRANSACTION, ...received })
    expect(answer).toMatchObject({ code: 0, extFields: { queueId: '1', queueOffset: '0', transactionId: UNIQ_KEY } })
    const [half] = broker.store.messages('RMQ_SYS_TRANS_HALF_TOPIC')
    expect(half).toMatchObject({ queueId: 0, sysFlag: 1 })
    expect(Object.fromEntries(parseProperties(half!.properties))).toEqual({
      ...{ UNIQ_KEY, ...TRANSACTION, REAL_TOPIC: 'GA', REAL_QID: '1', __transactionId__: UNIQ_KEY },
      ...{ MSG_REGION: 'DefaultRegion', TRACE_ON: 'true', CLUSTER: 'DefaultCluster' },
    })
    expect(broker.prepared).toEqual(['GA'])
    expect(broker.store.messages('GA')).toEqual([])
  })

  test('transactions are forbidden where the broker is told so', async () => {
    const answer = await sendV2(messaging({ rejectTransactionMessage: 'true' }), {}, { UNIQ_KEY, TRAN_MSG: 'true' })
    const remark = 'the broker[127.0.0.1] sending transaction message is forbidden'
    expect(answer).toMatchObject({ code: ResponseCode.NO_PERMISSION, remark })
  })

  test('a compacted topic wants keys', async () => {
    const broker = messaging()
    broker.topics.put(
      topicConfigOf({ topicName: 'Compacted', attributes: new Map([['cleanup.policy', 'COMPACTION']]) }),
    )
    const answer = await sendV2(broker, { b: 'Compacted' })
    expect(answer).toMatchObject({ code: ResponseCode.MESSAGE_ILLEGAL, remark: 'Required message key is missing' })
    expect(await sendV2(broker, { b: 'Compacted' }, { UNIQ_KEY, KEYS: 'k' })).toMatchObject({ code: 0 })
  })
})

describe('where a message goes', () => {
  test('a topic that is missing is made like its default topic', async () => {
    const broker = messaging()
    expect(await sendV2(broker, { b: 'New', e: '3' })).toMatchObject({ code: 0 })
    expect(broker.topics.find('New')).toMatchObject({ writeQueueNums: 4, perm: 6 })
  })

  test('without a queue id the queues are taken in turn', async () => {
    const broker = messaging()
    const answers = [await sendV2(broker, { e: '-1' }), await sendV2(broker, { e: '-1' })]
    expect(answers.map(({ extFields }) => extFields?.['queueId']).sort()).toEqual(['0', '1'])
    broker.topics.put(topicConfigOf({ topicName: 'ReadOnly', writeQueueNums: 0 }))
    expect(await sendV2(broker, { b: 'ReadOnly', e: '-1' })).toMatchObject({ code: ResponseCode.INVALID_PARAMETER })
  })

  test('a priority chooses the queue, unless the message is of another kind', async () => {
    const broker = messaging()
    expect((await sendV2(broker, {}, { UNIQ_KEY, _SYS_MSG_PRIORITY_: '9' })).extFields?.['queueId']).toBe('1')
    await sendV2(broker, {}, { UNIQ_KEY, _SYS_MSG_PRIORITY_: '9', __SHARDINGKEY: 'k' })
    expect(propertiesIn(broker, 'GA')).not.toHaveProperty('_SYS_MSG_PRIORITY_')
  })

  test('a lite topic is written down for the day that it is served', async () => {
    const broker = messaging()
    await sendV2(broker, {}, { UNIQ_KEY, __LITE_TOPIC: 'lite' })
    expect(propertiesIn(broker, 'GA')).toMatchObject({ INNER_MULTI_DISPATCH: '%LMQ%$GA$lite', __LITE_TOPIC: 'lite' })
  })

  test('permissions of the broker count for ordered topics only', async () => {
    const broker = messaging({ brokerPermission: '4' })
    broker.topics.put(topicConfigOf({ topicName: 'Ordered', order: true }))
    expect(await sendV2(broker)).toMatchObject({ code: 0 })
    const remark = 'the broker[127.0.0.1] sending message is forbidden'
    expect(await sendV2(broker, { b: 'Ordered' })).toMatchObject({ code: ResponseCode.NO_PERMISSION, remark })
  })
})

describe('a message sent to a retry topic', () => {
  const toRetry = { b: '%RETRY%GG' }

  test('is retried until it has been tried too often', async () => {
    const broker = messaging()
    expect(await sendV2(broker, { ...toRetry, j: '16' }, { UNIQ_KEY, DELAY: '3' })).toMatchObject({ code: 0 })
    expect(propertiesIn(broker, 'SCHEDULE_TOPIC_XXXX', 2)).toMatchObject({ REAL_TOPIC: '%RETRY%GG' })
    await sendV2(broker, { ...toRetry, j: '17' }, { UNIQ_KEY, DELAY: '3' })
    expect(propertiesIn(broker, '%DLQ%GG')).toMatchObject({ DELAY: '-1' })
    await sendV2(broker, { ...toRetry, j: '3', l: '2' })
    expect(broker.store.messages('%DLQ%GG')).toHaveLength(2)
  })

  test('is a dead letter at once for a group that consumes in order', async () => {
    const broker = messaging()
    broker.queueLocks.lock({
      group: 'GG',
      clientId: 'c',
      queues: [{ brokerName: 'broker-a', topic: 'GA', queueId: 0 }],
    })
    await sendV2(broker, toRetry)
    expect(broker.store.messages('%DLQ%GG')).toHaveLength(1)
    broker.clock.advance(60_001)
    await sendV2(broker, toRetry)
    expect(broker.store.messages('%RETRY%GG')).toHaveLength(1)
  })

  test('needs its group', async () => {
    const broker = messaging({ autoCreateSubscriptionGroup: 'false' })
    const answer = await sendV2(broker, toRetry)
    const remark = `subscription group not exist, GG ${FAQ}`
    expect(answer).toMatchObject({ code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, remark, extFields: STAMP })
  })
})

describe('batches', () => {
  const sendBatch = (broker: Messaging, fields: Record<string, string> = {}, properties = {}) =>
    ask(broker.send, {
      code: RequestCode.SEND_BATCH_MESSAGE,
      extFields: v2({ m: 'true', ...fields }, properties),
      body: batchBody('one', 'two', ''),
    })

  test('may hold empty items, and need no unique key', async () => {
    const broker = messaging()
    const answer = await sendBatch(broker)
    expect(answer.code).toBe(0)
    expect(answer.extFields).not.toHaveProperty('transactionId')
    expect(broker.store.messages('GA').map(({ body }) => body.toString())).toEqual(['one', 'two', ''])
    expect(broker.statistics.totals.putCount).toBe(3)
  })

  test.each([
    ['on a retry topic', { b: '%RETRY%GG' }, {}],
    ['in a transaction', { f: '4' }, {}],
    ['that is delayed', {}, { DELAY: '1' }],
    ['for a certain time', {}, { TIMER_DELAY_SEC: '1' }],
  ])('are refused %s', async (_case, fields, properties) => {
    const broker = messaging()
    const answer = await sendBatch(broker, fields, properties)
    expect(answer).toMatchObject({ code: ResponseCode.MESSAGE_ILLEGAL, extFields: STAMP })
    expect(broker.store.messages('GA')).toEqual([])
  })

  test('are refused when their lengths do not fit', async () => {
    const broker = messaging()
    const body = batchBody('one').subarray(1)
    const answer = await ask(broker.send, { code: RequestCode.SEND_BATCH_MESSAGE, extFields: v2({ m: 'true' }), body })
    expect(answer).toMatchObject({ code: ResponseCode.MESSAGE_ILLEGAL, extFields: STAMP })
  })

  test.each([
    ['whose flag says that they are stored as one message', { f: '192' }, {}],
    ['that say how many messages one record is to have', {}, { INNER_NUM: '3' }],
  ])('are refused %s', async (_case, fields, properties) => {
    const broker = messaging()
    const answer = await sendBatch(broker, fields, properties)
    expect(answer).toMatchObject({ code: ResponseCode.MESSAGE_ILLEGAL, extFields: STAMP })
    expect(broker.store.messages('GA')).toEqual([])
  })

  test('are stored as one message where the topic says so, and they have an id', async () => {
    const broker = messaging()
    broker.topics.put(topicConfigOf({ topicName: 'Inner', attributes: new Map([['queue.type', 'BatchCQ']]) }))
    const answer = await sendBatch(broker, { b: 'Inner' }, { UNIQ_KEY })
    expect(answer).toMatchObject({ code: 0, extFields: { batchUniqId: UNIQ_KEY, transactionId: UNIQ_KEY } })
    const [stored] = broker.store.messages('Inner')
    expect(stored).toMatchObject({ sysFlag: 0xc0, body: batchBody('one', 'two', '') })
    expect(propertiesIn(broker, 'Inner')).toMatchObject({ UNIQ_KEY, INNER_NUM: '3', CLUSTER: 'DefaultCluster' })
    expect(await sendBatch(broker, { b: 'Inner' })).toMatchObject({ code: 0 })
    expect(broker.store.messages('Inner')).toHaveLength(4)
  })

  test('keep what their items say of delays, and are not delayed', async () => {
    const broker = messaging()
    const items = [{ flag: 0, body: Buffer.from('now'), properties: Buffer.from('DELAY\x013\x02') }]
    const body = encodeMessageBatch(items)
    const answer = await ask(broker.send, { code: RequestCode.SEND_BATCH_MESSAGE, extFields: v2({ m: 'true' }), body })
    expect(answer.code).toBe(0)
    expect(propertiesIn(broker, 'GA')).toEqual({ DELAY: '3' })
  })
})

describe('what the store says', () => {
  test.each([
    ['FLUSH_DISK_TIMEOUT', 10],
    ['FLUSH_SLAVE_TIMEOUT', 12],
    ['SLAVE_NOT_AVAILABLE', 11],
  ] as const)('%s means stored', async (status, code) => {
    const broker = messaging()
    broker.store.refusals.push({ status, reason: null })
    const answer = await sendV2(broker)
    expect(answer).toMatchObject({ code, remark: null })
    expect(answer.extFields).toHaveProperty('msgId')
  })

  test.each([
    ['SERVICE_NOT_AVAILABLE', 14, 'service not available now. disk 91 % full'],
    ['MESSAGE_ILLEGAL', 13, /msg body length limit 4194304B, msg properties length limit 32KB. disk 91 % full$/],
    ['PROPERTIES_SIZE_EXCEEDED', 13, /the message is illegal/],
    ['CREATE_MAPPED_FILE_FAILED', 1, /^create mapped file failed, server is busy or broken./],
    ['UNKNOWN_ERROR', 1, 'disk 91 % full'],
  ] as const)('%s means refused, with the reason', async (status, code, remark) => {
    const broker = messaging()
    broker.store.refusals.push({ status, reason: 'disk 91 % full' })
    const answer = await sendV2(broker)
    expect(answer).toMatchObject({ code, extFields: STAMP })
    expect(answer.remark).toMatch(remark)
  })

  test('a oneway message is stored like any other', () => {
    const broker = messaging()
    send(broker.send, { code: RequestCode.SEND_MESSAGE_V2, extFields: v2(), body: 'x', isOneway: true })
    expect(broker.store.messages('GA')).toHaveLength(1)
  })
})
