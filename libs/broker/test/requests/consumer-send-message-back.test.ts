import { parseProperties, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import { topicConfigOf } from '../../src/topics/topic-config'
import { ask } from '../support/ask'
import { messaging } from '../support/messaging'
import type { Messaging } from '../support/messaging'

const FAQ = '\nSee https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.'
const ORIGIN_MESSAGE_ID = '7F0000010000A3B70000000000000000'

async function brokerWithMessage(given = {}): Promise<Messaging> {
  const broker = messaging(given)
  await ask(broker.send, {
    code: RequestCode.SEND_MESSAGE_V2,
    extFields: {
      ...{ a: 'GP', b: 'GA', c: 'TBW102', d: '4', e: '0', f: '0', g: '1700000000123', h: '7' },
      i: 'UNIQ_KEY\x01U1\x02TAGS\x01TagA\x02WAIT\x01true\x02user\x01v\x02',
    },
    body: 'hello',
  })
  return broker
}

const sendBack = (broker: Messaging, given: Record<string, string> = {}, version = 501) =>
  ask(broker.sendBack, {
    code: RequestCode.CONSUMER_SEND_MSG_BACK,
    extFields: {
      ...{ offset: '0', group: 'GG', delayLevel: '1', originMsgId: 'U1', originTopic: 'GA', unitMode: 'false' },
      ...{ maxReconsumeTimes: '16', ...given },
    },
    version,
  })

const propertiesIn = (broker: Messaging, topic: string, queueId = 0) =>
  Object.fromEntries(parseProperties(broker.store.messages(topic, queueId).at(-1)!.properties))

const copied = {
  ...{ UNIQ_KEY: 'U1', TAGS: 'TagA', user: 'v', MSG_REGION: 'DefaultRegion', TRACE_ON: 'true' },
  ...{ CLUSTER: 'DefaultCluster', RETRY_TOPIC: 'GA', ORIGIN_MESSAGE_ID, WAIT: 'false' },
}

test('with a level the copy waits for the retry topic, as Java 5.5.0 stored it', async () => {
  const broker = await brokerWithMessage()
  expect(await sendBack(broker)).toMatchObject({ code: 0, remark: null, extFields: null, body: null })
  expect(propertiesIn(broker, 'SCHEDULE_TOPIC_XXXX')).toEqual({
    ...copied,
    ...{ DELAY: '1', REAL_TOPIC: '%RETRY%GG', REAL_QID: '0' },
  })
  const [message] = broker.store.messages('SCHEDULE_TOPIC_XXXX')
  expect(message).toMatchObject({ reconsumeTimes: 1, flag: 7, bornTimestamp: 1_700_000_000_123 })
  expect(message!.body.toString()).toBe('hello')
  expect(broker.store.puts.at(-1)).toMatchObject({ tagsCode: 1000, waitStoreMessageOk: false })
  expect(broker.topics.find('%RETRY%GG')).toMatchObject({ perm: 6, writeQueueNums: 1 })
})

test('without a level the delay grows with each time', async () => {
  const broker = await brokerWithMessage()
  await sendBack(broker, { delayLevel: '0' })
  expect(propertiesIn(broker, 'SCHEDULE_TOPIC_XXXX', 2)).toMatchObject({ DELAY: '3' })
  const [again] = broker.store.messages('SCHEDULE_TOPIC_XXXX', 2)
  await sendBack(broker, { delayLevel: '0', offset: String(again!.physicalOffset) })
  expect(propertiesIn(broker, 'SCHEDULE_TOPIC_XXXX', 3)).toMatchObject({
    DELAY: '4',
    RETRY_TOPIC: 'GA',
    ORIGIN_MESSAGE_ID,
  })
  await sendBack(broker, { delayLevel: '99' })
  expect(propertiesIn(broker, 'SCHEDULE_TOPIC_XXXX', 17)).toMatchObject({ DELAY: '18' })
})

test('a negative level, or too many times, makes a dead letter', async () => {
  const broker = await brokerWithMessage()
  expect(await sendBack(broker, { delayLevel: '-1' })).toMatchObject({ code: 0 })
  expect(propertiesIn(broker, '%DLQ%GG')).toEqual({ ...copied, DELAY: '0' })
  expect(broker.store.puts.at(-1)).toMatchObject({ topic: '%DLQ%GG', queueId: 0, tagsCode: 2_598_919 })
  await sendBack(broker, { maxReconsumeTimes: '0' })
  expect(broker.store.messages('%DLQ%GG')).toHaveLength(2)
  expect(broker.topics.find('%DLQ%GG')).toMatchObject({ perm: 6, writeQueueNums: 1 })
})

test('clients before 3.4.9 do not say how often', async () => {
  const broker = await brokerWithMessage()
  await sendBack(broker, { maxReconsumeTimes: '0' }, 120)
  expect(broker.store.messages('%DLQ%GG')).toEqual([])
})

test('a group without retry queues wants nothing back', async () => {
  const broker = await brokerWithMessage()
  broker.groups.put({ ...broker.groups.find('GG')!, retryQueueNums: 0 })
  expect(await sendBack(broker)).toMatchObject({ code: 0 })
  expect(broker.store.puts).toHaveLength(1)
})

test('the group must be there, broker and topic writable, the message in the store, and the store willing', async () => {
  const groupless = await brokerWithMessage({ autoCreateSubscriptionGroup: 'false' })
  expect(await sendBack(groupless)).toMatchObject({
    code: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
    remark: `subscription group not exist, GG ${FAQ}`,
  })
  expect(await sendBack(await brokerWithMessage({ brokerPermission: '4' }))).toMatchObject({
    code: ResponseCode.NO_PERMISSION,
    remark: 'the broker[127.0.0.1] sending message is forbidden',
  })
  const broker = await brokerWithMessage()
  expect(await sendBack(broker, { offset: '99999999' })).toMatchObject({
    code: ResponseCode.SYSTEM_ERROR,
    remark: 'look message by offset failed, 99999999',
  })
  broker.store.refusals.push({ status: 'SERVICE_NOT_AVAILABLE', reason: 'disk full' })
  expect(await sendBack(broker)).toMatchObject({
    code: ResponseCode.SYSTEM_ERROR,
    remark: 'SERVICE_NOT_AVAILABLE: disk full',
  })
  broker.topics.put(topicConfigOf({ topicName: '%RETRY%GG', perm: 4 }))
  expect(await sendBack(broker)).toMatchObject({
    code: ResponseCode.NO_PERMISSION,
    remark: 'the topic[%RETRY%GG] sending message is forbidden',
  })
})

test('a request without fields is refused', async () => {
  const answer = await ask(messaging().sendBack, { code: RequestCode.CONSUMER_SEND_MSG_BACK })
  expect(answer).toMatchObject({ code: ResponseCode.SYSTEM_ERROR })
})
