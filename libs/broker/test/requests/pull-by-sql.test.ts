import { readStoredMessage, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import type { RemotingCommand, SubscriptionData } from '@rocketmq-ts/protocol'
import { topicConfigOf } from '../../src/topics/topic-config'
import { ask, channelOf, send } from '../support/ask'
import { messaging, subscribe } from '../support/messaging'
import type { Messaging } from '../support/messaging'

const [SUSPEND, SUBSCRIPTION] = [2, 4]
const SQL = { enablePropertyFilter: 'true' }

const fieldsOf = (given: Record<string, string> = {}) => ({
  ...{ consumerGroup: 'GG', topic: 'GA', queueId: '0', queueOffset: '0', maxMsgNums: '32', sysFlag: '4' },
  ...{ commitOffset: '0', suspendTimeoutMillis: '15000', subscription: 'a > 5', subVersion: '1' },
  ...{ expressionType: 'SQL92', ...given },
})

const pull = (broker: Messaging, given?: Record<string, string>): Promise<RemotingCommand> =>
  ask(broker.pull, { code: RequestCode.PULL_MESSAGE, extFields: fieldsOf(given) })

async function put(broker: Messaging, body: string, properties: Readonly<Record<string, string>>, topic = 'GA') {
  const text = Object.entries(properties).map(([name, value]) => `${name}\x01${value}\x02`)
  const extFields = {
    ...{ a: 'GP', b: topic, c: 'TBW102', d: '4', e: '0', f: '0', g: '1', h: '0', i: text.join('') },
  }
  const { code } = await ask(broker.send, { code: RequestCode.SEND_MESSAGE_V2, extFields, body })
  expect(code).toBe(ResponseCode.SUCCESS)
}

const bodiesIn = ({ body }: Pick<RemotingCommand, 'body'>): string[] => {
  const bodies: string[] = []
  for (let at = 0; body !== null && at < body.length;) {
    const message = readStoredMessage(body, at)
    bodies.push(message.body.toString())
    at += message.recordBytes
  }
  return bodies
}

/** As if a heartbeat had come with it. */
function subscribeBySql(broker: Messaging, subString: string, { group = 'GG', topic = 'GA', subVersion = 1 } = {}) {
  const expression: Partial<SubscriptionData> = { subString, expressionType: 'SQL92', subVersion }
  const channel = channelOf(1)
  subscribe(broker, { group, channel, topic, expression })
  broker.consumerFilters.register(group, broker.consumers.find(group)?.subscriptions.all() ?? [])
}

test('a pull gets the messages of which its expression is true', async () => {
  const broker = messaging(SQL)
  await put(broker, 'six', { a: '6', TAGS: 'x' })
  await put(broker, 'five', { a: '5' })
  await put(broker, 'none', {})
  await put(broker, 'no number', { a: 'x' })
  await put(broker, 'seven', { b: 'ü', a: '7' })
  const answer = await pull(broker)
  expect([answer.code, bodiesIn(answer)]).toEqual([ResponseCode.SUCCESS, ['six', 'seven']])
  expect(bodiesIn(await pull(broker, { subscription: "b = 'ü' OR TAGS = 'x'" }))).toEqual(['six', 'seven'])
  expect((await pull(broker, { subscription: 'a > 7' })).code).toBe(ResponseCode.PULL_RETRY_IMMEDIATELY)
})

test.each([
  [{}, 1, 'The broker does not support consumer to filter message by SQL92'],
  [{ subscription: 'a >' }, 1, 'The broker does not support consumer to filter message by SQL92'],
])('switched off, as Java answered it: %j', async (given, code, remark) => {
  expect(await pull(messaging(), given)).toMatchObject({ code, remark })
})

test('a wrong expression is refused, with its place', async () => {
  const answer = await pull(messaging(SQL), { subscription: 'a > 5 AND' })
  expect(answer.code).toBe(ResponseCode.SUBSCRIPTION_PARSE_FAILED)
  expect(answer.remark).toMatch(/^SQL92 expression, character 10, at its end: Expected /)
  expect(await pull(messaging(SQL), { expressionType: 'GROOVY' })).toMatchObject({
    code: ResponseCode.SUBSCRIPTION_PARSE_FAILED,
    remark: 'there are no expressions of type GROOVY: filter by TAG or by SQL92',
  })
})

describe('by the expression of a heartbeat', () => {
  const bySubscription = (broker: Messaging, given: Record<string, string> = {}): Promise<RemotingCommand> =>
    pull(broker, { sysFlag: '0', subscription: '', ...given })

  test('it is the one that counts', async () => {
    const broker = messaging(SQL)
    await put(broker, 'five', { a: '5' })
    await put(broker, 'six', { a: '6' })
    subscribeBySql(broker, 'a = 6')
    expect(bodiesIn(await bySubscription(broker))).toEqual(['six'])
  })

  test('a wrong one, or one that is not here yet, is refused in the words of Java', async () => {
    const broker = messaging(SQL)
    subscribeBySql(broker, 'a =')
    expect(await bySubscription(broker)).toMatchObject({
      code: ResponseCode.FILTER_DATA_NOT_EXIST,
      remark: "The broker's consumer filter data is not exist!Your expression may be wrong!",
    })
    subscribeBySql(broker, 'a = 6', { subVersion: 2 })
    broker.consumers.find('GG')?.subscriptions.put({
      ...(broker.consumers.findSubscription('GG', 'GA') as SubscriptionData),
      subVersion: 3,
    })
    expect(await bySubscription(broker, { subVersion: '3' })).toMatchObject({
      code: ResponseCode.FILTER_DATA_NOT_LATEST,
      remark: "the consumer's consumer filter data not latest",
    })
  })

  test('switched off it is refused', async () => {
    const broker = messaging()
    subscribeBySql(broker, 'a = 6')
    expect((await bySubscription(broker)).remark).toBe(
      'The broker does not support consumer to filter message by SQL92',
    )
  })
})

test('a pull that waits is woken by the first message that it wants, and by no other', async () => {
  const broker = messaging(SQL)
  await broker.holdService.start()
  const waiting = send(broker.pull, {
    code: RequestCode.PULL_MESSAGE,
    extFields: fieldsOf({ sysFlag: String(SUSPEND | SUBSCRIPTION) }),
  })
  await put(broker, 'five', { a: '5' })
  expect([waiting.answerCount, broker.holdService.heldCount]).toEqual([0, 1])
  await put(broker, 'six', { a: '6' })
  expect(bodiesIn(waiting.answer())).toEqual(['six'])
})

describe('of a retry topic', () => {
  const retryTopic = '%RETRY%GG'
  const pullRetry = async (broker: Messaging): Promise<string[]> =>
    bodiesIn(await pull(broker, { topic: retryTopic, subscription: 'a > 5' }))

  async function withRetries(given: Readonly<Record<string, string>>): Promise<Messaging> {
    const broker = messaging({ ...SQL, ...given })
    broker.topics.put(topicConfigOf({ topicName: retryTopic, readQueueNums: 1, writeQueueNums: 1 }))
    subscribeBySql(broker, 'b = 1')
    await put(broker, 'b', { RETRY_TOPIC: 'GA', b: '1' }, retryTopic)
    await put(broker, 'a', { RETRY_TOPIC: 'GA', a: '6' }, retryTopic)
    await put(broker, 'of a topic without expression', { RETRY_TOPIC: 'GB', a: '1' }, retryTopic)
    return broker
  }

  test('the expression of the pull counts', async () => {
    expect(await pullRetry(await withRetries({}))).toEqual(['a'])
  })

  test('with filterSupportRetry, that of the group for the topic of before', async () => {
    const broker = await withRetries({ filterSupportRetry: 'true' })
    expect(await pullRetry(broker)).toEqual(['b', 'of a topic without expression'])
  })
})
