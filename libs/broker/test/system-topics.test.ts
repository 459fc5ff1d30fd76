import { FakeClock } from '@rocketmq-ts/base/testing'
import { decodeMessageId, readStoredMessage, RequestCode, ResponseCode, topicListJson } from '@rocketmq-ts/protocol'
import type { RunningBroker } from './support/use-brokers'
import { useBrokers } from './support/use-brokers'

/*
 * Some of Java's system topics take what clients send to them, and what works on them then stops for good. Here nothing
 * that anybody sends there holds up what others wait for.
 */

const startBroker = useBrokers()
/** Each says something that only the broker itself should say. */
const STRAYS: readonly Readonly<Record<string, string>>[] = [
  {},
  { TAGS: 'ck' },
  { TAGS: 'ack' },
  { TAGS: 'bAck' },
  { TAGS: 'd' },
  { TIMER_OUT_MS: '1' },
  { TIMER_OUT_MS: 'x', REAL_TOPIC: 'TopicA', REAL_QID: '0' },
  { REAL_TOPIC: 'RMQ_SYS_TRANS_HALF_TOPIC', REAL_QID: '0', TIMER_OUT_MS: '1' },
  { REAL_TOPIC: '../TopicA', REAL_QID: '-1', PGROUP: 'PG' },
]

function send(broker: RunningBroker, topic: string, body: string, properties: Readonly<Record<string, string>> = {}) {
  const text = Object.entries({ UNIQ_KEY: body, ...properties })
    .map(([key, value]) => `${key}\x01${value}\x02`)
    .join('')
  return broker.ask(
    RequestCode.SEND_MESSAGE_V2,
    { a: 'PG', b: topic, c: 'TBW102', d: '1', e: '0', f: '0', g: '1700000000123', h: '0', i: text },
    body,
  )
}

async function bodies(broker: RunningBroker, topic = 'TopicA'): Promise<string[]> {
  const { body } = await broker.ask(RequestCode.PULL_MESSAGE, {
    ...{ consumerGroup: 'GG', topic, queueId: '0', queueOffset: '0', maxMsgNums: '32', sysFlag: '4' },
    ...{ commitOffset: '0', suspendTimeoutMillis: '0', subscription: '*', subVersion: '1' },
  })
  const found: string[] = []
  for (let at = 0; body !== null && at < body.length;) {
    const message = readStoredMessage(body, at)
    found.push(message.body.toString())
    at += message.recordBytes
  }
  return found
}

async function systemTopicsOf(broker: RunningBroker): Promise<readonly string[]> {
  const { body } = await broker.ask(RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_BROKER)
  return topicListJson.decode(body).topicList
}

test('whatever clients send to system topics, delays, timers, transactions and pops go on', async () => {
  const clock = new FakeClock()
  const broker = await startBroker({}, { clock })
  const topics = await systemTopicsOf(broker)
  expect(topics).toEqual(
    expect.arrayContaining([
      ...['SCHEDULE_TOPIC_XXXX', 'rmq_sys_wheel_timer', 'rmq_sys_REVIVE_LOG_DefaultCluster'],
      ...['RMQ_SYS_TRANS_HALF_TOPIC', 'RMQ_SYS_TRANS_OP_HALF_TOPIC', 'TRANS_CHECK_MAX_TIME_TOPIC'],
    ]),
  )
  const taken = new Set<string>()
  for (const topic of topics) {
    for (const [index, properties] of STRAYS.entries()) {
      const { code } = await send(broker, topic, `{"stray":${index}}`, properties)
      if (code === ResponseCode.SUCCESS) taken.add(topic)
    }
  }
  expect([...taken].filter(topic => /SCHEDULE|wheel|TRANS/.test(topic))).toEqual([])

  await send(broker, 'TopicA', 'delayed', { DELAY: '1' })
  await send(broker, 'TopicA', 'timed', { TIMER_DELAY_SEC: '2' })
  const half = await send(broker, 'TopicA', 'committed', { TRAN_MSG: 'true', PGROUP: 'PG' })
  const { physicalOffset } = decodeMessageId(half.extFields['msgId']!)
  await broker.ask(RequestCode.END_TRANSACTION, {
    ...{ topic: 'TopicA', producerGroup: 'PG', commitLogOffset: String(physicalOffset), tranStateTableOffset: '0' },
    ...{ commitOrRollback: '8', fromTransactionCheck: 'false', msgId: 'U1', transactionId: 'U1' },
  })
  while ((await bodies(broker)).length < 3) clock.advance(500)
  expect(new Set(await bodies(broker))).toEqual(new Set(['delayed', 'timed', 'committed']))

  const popped = await broker.ask(RequestCode.POP_MESSAGE, {
    ...{ consumerGroup: 'POP', topic: 'TopicA', queueId: '-1', maxMsgNums: '32', invisibleTime: '10000' },
    ...{ pollTime: '0', bornTime: String(clock.nowMs()), initMode: '0', exp: '*', expType: 'TAG', order: 'false' },
  })
  expect(popped.code).toBe(ResponseCode.SUCCESS)
  while ((await bodies(broker, '%RETRY%POP_TopicA')).length < 3) clock.advance(500)
})
