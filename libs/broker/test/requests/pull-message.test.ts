import {
  javaStringHashCode,
  parseProperties,
  readStoredMessage,
  RequestCode,
  ResponseCode,
} from '@rocketmq-ts/protocol'
import { ForbiddenBit } from '../../src/subscription-groups/subscription-group-table'
import { topicConfigOf } from '../../src/topics/topic-config'
import { ask, channelOf, send } from '../support/ask'
import type { AskedRequest } from '../support/ask'
import { messaging, subscribe } from '../support/messaging'
import type { Messaging } from '../support/messaging'

const FAQ = '\nSee https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.'
const SUSPEND = 2
const SUBSCRIPTION = 4

const fieldsOf = (given: Record<string, string> = {}) => ({
  ...{ consumerGroup: 'GG', topic: 'GA', queueId: '0', queueOffset: '0', maxMsgNums: '32', sysFlag: '4' },
  ...{ commitOffset: '0', suspendTimeoutMillis: '0', subscription: '*', subVersion: '1', expressionType: 'TAG' },
  ...given,
})

const pull = (broker: Messaging, given?: Record<string, string>, code: number = RequestCode.PULL_MESSAGE) =>
  ask(broker.pull, { code, extFields: fieldsOf(given), channel: channelOf(1, '127.0.0.1:55514') })

const pullAndWait = (broker: Messaging, given?: Record<string, string>, isOneway = false): AskedRequest =>
  send(broker.pull, {
    code: RequestCode.PULL_MESSAGE,
    extFields: fieldsOf({ sysFlag: String(SUSPEND | SUBSCRIPTION), suspendTimeoutMillis: '15000', ...given }),
    isOneway,
  })

async function put(broker: Messaging, body: string, tag = 'TagA', queueId = 0): Promise<void> {
  const { code } = await ask(broker.send, {
    code: RequestCode.SEND_MESSAGE_V2,
    extFields: {
      ...{ a: 'GP', b: 'GA', c: 'TBW102', d: '4', e: String(queueId), f: '0', g: '1', h: '0' },
      i: `UNIQ_KEY\x01${body}\x02TAGS\x01${tag}\x02`,
    },
    body,
  })
  expect(code).toBe(ResponseCode.SUCCESS)
}

const bodiesIn = (body: Buffer | null): string[] => {
  const bodies: string[] = []
  for (let at = 0; body !== null && at < body.length;) {
    const message = readStoredMessage(body, at)
    bodies.push(message.body.toString())
    at += message.recordBytes
  }
  return bodies
}

const offsetsOf = (nextBeginOffset: number, maxOffset: number) => ({
  ...{ suggestWhichBrokerId: '0', groupSysFlag: '0', topicSysFlag: '0', minOffset: '0' },
  ...{ nextBeginOffset: String(nextBeginOffset), maxOffset: String(maxOffset) },
})

describe('as Java 5.5.0 answered it, two messages in the queue', () => {
  test.each([
    ['found', { maxMsgNums: '1' }, 0, 'FOUND', offsetsOf(1, 2)],
    ['tag without match', { subscription: 'TagZ' }, 20, 'NO_MATCHED_MESSAGE', offsetsOf(2, 2)],
    ['at max', { queueOffset: '2' }, 19, 'OFFSET_OVERFLOW_ONE', offsetsOf(2, 2)],
    ['beyond max', { queueOffset: '9' }, 21, 'OFFSET_OVERFLOW_BADLY', offsetsOf(2, 2)],
    [
      'bad queue',
      { queueId: '2' },
      29,
      'queueId[2] is illegal, topic:[GA] topicConfig.readQueueNums:[2] consumer:[/127.0.0.1:55514]',
      {},
    ],
    [
      'group not registered, no subscription',
      { consumerGroup: 'GQ', sysFlag: '0' },
      24,
      `the consumer's group info not exist${FAQ}`,
      {},
    ],
    ['topic unknown', { topic: 'GZ' }, 17, `topic[GZ] not exist, apply first please! ${FAQ}`, {}],
    ['nothing but separators', { subscription: '||' }, 23, "parse the consumer's subscription failed", {}],
    [
      'SQL92',
      { subscription: 'a > 5', expressionType: 'SQL92' },
      1,
      'The broker does not support consumer to filter message by SQL92',
      {},
    ],
  ])('%s', async (_case, given, code, remark, extFields) => {
    const broker = messaging()
    await put(broker, 'one')
    await put(broker, 'two')
    const answer = await pull(broker, given)
    expect(answer).toMatchObject({ code, remark, extFields })
    expect(Object.keys(answer.extFields ?? {}).sort()).toEqual(Object.keys(extFields).sort())
    expect(bodiesIn(answer.body)).toEqual(code === 0 ? ['one'] : [])
    expect(broker.store.unreleasedCount).toBe(0)
  })

  test('an empty queue corrects only who is wrong about it', async () => {
    const broker = messaging()
    expect(await pull(broker)).toMatchObject({ code: 19, remark: 'NO_MESSAGE_IN_QUEUE', extFields: offsetsOf(0, 0) })
    expect(await pull(broker, { queueOffset: '3' })).toMatchObject({ code: 21, extFields: offsetsOf(0, 0) })
    expect(await pull(broker, { queueOffset: '-1' })).toMatchObject({ code: 21 })
  })
})

describe('who may pull', () => {
  const forbidden = (remark: string, forbiddenType: number) => ({
    ...{ code: ResponseCode.NO_PERMISSION, remark },
    extFields: { forbiddenType: String(forbiddenType) },
  })

  test('the broker may forbid it', async () => {
    const remark = 'the broker[127.0.0.1] pulling message is forbidden'
    expect(await pull(messaging({ brokerPermission: '2' }))).toMatchObject(forbidden(remark, 1))
    const isLite = await pull(messaging({ litePullMessageEnable: 'false' }), {}, RequestCode.LITE_PULL_MESSAGE)
    expect(isLite).toMatchObject(forbidden('the broker[127.0.0.1] for lite pull consumer is forbidden', 1))
    expect(await pull(messaging(), {}, RequestCode.LITE_PULL_MESSAGE)).toMatchObject({ code: 19 })
  })

  test('the group must be there and enabled', async () => {
    const answer = await pull(messaging({ autoCreateSubscriptionGroup: 'false' }))
    const code = ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST
    expect(answer).toMatchObject({ code, remark: `subscription group [GG] does not exist, ${FAQ}`, extFields: {} })
    const broker = messaging()
    broker.groups.put({ ...broker.groups.find('GG')!, consumeEnable: false })
    expect(await pull(broker)).toMatchObject(forbidden('subscription group no permission, GG', 2))
  })

  test('the topic must be readable', async () => {
    const broker = messaging()
    broker.topics.put(topicConfigOf({ topicName: 'GA', perm: 2 }))
    expect(await pull(broker)).toMatchObject(forbidden('the topic[GA] pulling message is forbidden', 3))
  })

  test('broadcasting and single topics can be forbidden to a group that pulls by its heartbeats', async () => {
    const broker = messaging()
    subscribe(broker, { group: 'GG', channel: channelOf(1), messageModel: 'BROADCASTING' })
    broker.groups.put({ ...broker.groups.find('GG')!, consumeBroadcastEnable: false })
    const byBroadcast = forbidden('the consumer group[GG] can not consume by broadcast way', 4)
    expect(await pull(broker, { sysFlag: '0' })).toMatchObject(byBroadcast)
    broker.groups.put({ ...broker.groups.find('GG')!, consumeBroadcastEnable: true })
    broker.groups.setForbidden({ group: 'GG', topic: 'GA', bit: ForbiddenBit.CONSUME, isForbidden: true })
    const bySubscription = forbidden('the consumer group[GG] is forbidden for topic[GA]', 5)
    expect(await pull(broker, { sysFlag: '0' })).toMatchObject(bySubscription)
    expect(await pull(broker)).toMatchObject({ code: 19 })
  })

  test('without a subscription of its own a pull goes by the newest heartbeat', async () => {
    const broker = messaging()
    const channel = channelOf(1)
    subscribe(broker, { group: 'GG', channel, topic: 'Other' })
    const unknown = { code: 24, remark: `the consumer's subscription not exist${FAQ}` }
    expect(await pull(broker, { sysFlag: '0' })).toMatchObject(unknown)
    subscribe(broker, {
      group: 'GG',
      channel,
      expression: { subString: 'TagB', codeSet: [javaStringHashCode('TagB')] },
    })
    const outdated = { code: 25, remark: "the consumer's subscription not latest", extFields: {} }
    expect(await pull(broker, { sysFlag: '0', subVersion: '2' })).toMatchObject(outdated)
    await put(broker, 'a', 'TagA')
    await put(broker, 'b', 'TagB')
    expect(bodiesIn((await pull(broker, { sysFlag: '0' })).body)).toEqual(['b'])
  })

  test('where pull consumers are rejected, only members and the broker itself pull', async () => {
    const broker = messaging({ rejectPullConsumerEnable: 'true' })
    const rejected = { code: 24, remark: expect.stringContaining('the pull consumer is rejected by server.') as string }
    expect(await pull(broker)).toMatchObject(rejected)
    subscribe(broker, { group: 'GG', channel: channelOf(9), consumeType: 'CONSUME_ACTIVELY' })
    expect(await pull(broker)).toMatchObject(rejected)
    subscribe(broker, { group: 'GG', channel: channelOf(9) })
    expect(await pull(broker)).toMatchObject({ code: 19 })
    expect(await pull(broker, { consumerGroup: 'CID_RMQ_SYS_X' })).toMatchObject({ code: 19 })
  })
})

describe('offsets', () => {
  test('what was consumed comes along with the first pull, how far was pulled with each', async () => {
    const broker = messaging()
    await put(broker, 'one')
    await pull(broker, { sysFlag: '5', commitOffset: '1' })
    expect(broker.offsets.query('GG', 'GA', 0)).toBe(1)
    expect(broker.offsets.queryPull('GG', 'GA', 0)).toBe(1)
    await broker.holdService.start()
    const waiting = pullAndWait(broker, { sysFlag: '7', queueOffset: '1', commitOffset: '1' })
    broker.offsets.commit({ group: 'GG', topic: 'GA', queueId: 0, offset: 5 })
    broker.clock.advance(15_000)
    expect(waiting.answerCount).toBe(1)
    expect(broker.offsets.query('GG', 'GA', 0)).toBe(5)
  })

  test('a reset is told once', async () => {
    const broker = messaging()
    await put(broker, 'one')
    broker.offsets.assignResetOffset({ group: 'GG', topic: 'GA', queueId: 0, offset: 0 })
    expect(await pull(broker, { queueOffset: '1' })).toMatchObject({
      code: 21,
      remark: 'OFFSET_RESET',
      extFields: offsetsOf(0, 1),
    })
    expect(await pull(broker)).toMatchObject({ code: 0 })
  })

  test('a slave is suggested only where slaves may be read', async () => {
    const broker = messaging({ slaveReadEnable: 'true' })
    broker.groups.put({ ...broker.groups.find('GG')!, brokerId: 3 })
    expect((await pull(broker)).extFields).toMatchObject({ suggestWhichBrokerId: '3' })
  })
})

describe('long polling', () => {
  const waitingBroker = async (given = {}, heldRequestCountMax?: number): Promise<Messaging> => {
    const broker = messaging(given, heldRequestCountMax)
    await broker.holdService.start()
    return broker
  }

  test('a pull waits for its message, on bytes of its own', async () => {
    const broker = await waitingBroker()
    const waiting = pullAndWait(broker)
    expect([waiting.answerCount, waiting.isRetained]).toEqual([0, true])
    await put(broker, 'one')
    expect(waiting.answer()).toMatchObject({ code: 0, remark: 'FOUND', opaque: 7, extFields: offsetsOf(1, 1) })
    expect([broker.holdService.heldCount, broker.store.unreleasedCount]).toEqual([0, 0])
  })

  test('messages of other queues and with other tags do not end the wait', async () => {
    const broker = await waitingBroker()
    const waiting = pullAndWait(broker, { subscription: 'TagB || TagC' })
    await put(broker, 'one', 'TagA')
    await put(broker, 'two', 'TagB', 1)
    expect(waiting.answerCount).toBe(0)
    await put(broker, 'three', 'TagC')
    expect(bodiesIn(waiting.answer().body)).toEqual(['three'])
  })

  test('a wait ends at its time, not at the next look', async () => {
    const broker = await waitingBroker()
    const waiting = pullAndWait(broker, { suspendTimeoutMillis: '300' })
    broker.clock.advance(299)
    expect(waiting.answerCount).toBe(0)
    broker.clock.advance(1)
    expect(waiting.answer()).toMatchObject({ code: 19, remark: 'NO_MESSAGE_IN_QUEUE' })
  })

  test('a wait whose messages all had other tags ends with where to go on', async () => {
    const broker = await waitingBroker()
    const waiting = pullAndWait(broker, { subscription: 'TagB' })
    await put(broker, 'one', 'TagA')
    broker.clock.advance(15_000)
    expect(waiting.answer()).toMatchObject({ code: 20, extFields: offsetsOf(1, 1) })
  })

  test('what is true when the wait ends counts', async () => {
    const broker = await waitingBroker()
    const waiting = pullAndWait(broker)
    broker.topics.delete('GA')
    broker.clock.advance(15_000)
    expect(waiting.answer()).toMatchObject({ code: 17, extFields: {} })
  })

  test('short polling waits for as long as the broker says', async () => {
    const broker = await waitingBroker({ longPollingEnable: 'false' })
    const waiting = pullAndWait(broker)
    broker.clock.advance(1000)
    expect(waiting.answerCount).toBe(1)
  })

  test.each([
    ['without the flag', { sysFlag: '4' }],
    ['without time', { suspendTimeoutMillis: '0' }],
  ])('nobody waits %s', async (_case, given) => {
    expect(pullAndWait(await waitingBroker(), given).answer()).toMatchObject({ code: 19 })
  })

  test('over the limit a pull is answered at once', async () => {
    const broker = await waitingBroker({}, 1)
    const held = pullAndWait(broker)
    expect(pullAndWait(broker).answer()).toMatchObject({ code: 19 })
    expect(held.answerCount).toBe(0)
  })

  test('a oneway pull does not wait for an answer that nobody reads', async () => {
    const broker = await waitingBroker()
    pullAndWait(broker, {}, true)
    expect(broker.holdService.heldCount).toBe(0)
  })

  test('a message that came while the store looked is not waited for', async () => {
    const broker = await waitingBroker()
    const { store } = broker
    const get = store.get.bind(store)
    jest.spyOn(store, 'get').mockImplementationOnce((query, listener) => {
      get(query, {
        ...{ onGetFailed: listener.onGetFailed.bind(listener) },
        onGet: result => void put(broker, 'one').then(() => listener.onGet(result)),
      })
    })
    const waiting = pullAndWait(broker)
    for (let turn = 0; turn < 30; turn += 1) await Promise.resolve()
    expect(bodiesIn(waiting.answer().body)).toEqual(['one'])
  })
})

describe('what is no pull', () => {
  test.each([
    ['no fields', null],
    ['a missing field', fieldsOf({ topic: undefined as unknown as string })],
    ['a bad number', fieldsOf({ queueOffset: 'x' })],
  ])('%s', async (_case, extFields) => {
    const answer = await ask(messaging().pull, { code: RequestCode.PULL_MESSAGE, extFields })
    expect(answer).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, extFields: null })
  })

  test('a pull from a lite topic reads its own queue, and not that of the parent', async () => {
    const broker = messaging()
    const get = jest.spyOn(broker.store, 'get')
    await pull(broker, { liteTopic: 'lite' })
    await pull(broker, { liteTopic: ' ' })
    expect(get.mock.calls.map(([query]) => query.topic)).toEqual(['%LMQ%$GA$lite', 'GA'])
  })

  test('a disk that fails is an answer too', () => {
    const broker = messaging()
    jest.spyOn(broker.store, 'get').mockImplementationOnce((_query, listener) => {
      listener.onGetFailed(new Error('cannot read'))
    })
    expect(() => send(broker.pull, { code: RequestCode.PULL_MESSAGE, extFields: fieldsOf() })).toThrow('cannot read')
  })
})

test('messages are counted for the group', async () => {
  const broker = messaging()
  await put(broker, 'one')
  const { body } = await pull(broker)
  expect(broker.statistics.totals.getCount).toBe(1)
  expect(parseProperties(readStoredMessage(body!, 0).properties).get('UNIQ_KEY')).toBe('one')
})
