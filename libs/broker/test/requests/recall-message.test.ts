import { encodeRecallHandle, parseProperties, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import { recallMessage } from '../../src/requests/recall-message'
import { ask } from '../support/ask'
import { messaging } from '../support/messaging'

const TIMESTAMP = 1_700_000_060_001
const HANDLE = { topic: 'GA', brokerName: 'broker-a', timestamp: String(TIMESTAMP), messageId: 'U1' }

function setUp(given: Record<string, string> = {}, appendTopicForTimerDeleteKey = false) {
  const broker = messaging({ recallMessageEnable: 'true', ...given })
  const handler = recallMessage({ ...broker, config: { ...broker.config, appendTopicForTimerDeleteKey } })
  const recall = (recallHandle: string, topic = 'GA') =>
    ask(handler, { code: RequestCode.RECALL_MESSAGE, extFields: { topic, recallHandle, producerGroup: 'GP' } })
  const last = () => {
    const message = broker.store.messages('rmq_sys_wheel_timer').at(-1)!
    return { body: message.body.toString(), properties: Object.fromEntries(parseProperties(message.properties)) }
  }
  return { broker, recall, last }
}

test('a recall is a message for the same time, which names the other one', async () => {
  const { recall, last } = setUp()
  const answer = await recall(encodeRecallHandle(HANDLE))
  expect(answer).toMatchObject({ code: 0, extFields: { msgId: 'U1', MSG_REGION: 'DefaultRegion' } })
  expect(last()).toEqual({
    body: '0',
    properties: {
      ...{ TAGS: '_RECALL_TAG_', TIMER_DEL_UNIQKEY: 'U1', UNIQ_KEY: 'U1', TIMER_DELIVER_MS: String(TIMESTAMP) },
      ...{ BORN_TIMESTAMP: '1700000000000', PGROUP: 'GP', TIMER_OUT_MS: '1700000060000' },
      ...{ REAL_TOPIC: 'GA', REAL_QID: '0' },
    },
  })
})

test('it names the topic, too, where older brokers are to understand it', async () => {
  const { recall, last } = setUp({}, true)
  await recall(encodeRecallHandle(HANDLE))
  expect(last().properties['TIMER_DEL_UNIQKEY']).toBe('GA+U1')
})

test.each<[string, Record<string, string>, string, string, number]>([
  [
    'unless it is allowed',
    { recallMessageEnable: 'false' },
    encodeRecallHandle(HANDLE),
    'GA',
    ResponseCode.NO_PERMISSION,
  ],
  [
    'before sends are taken',
    { startAcceptSendRequestTimeStamp: '1800000000000' },
    encodeRecallHandle(HANDLE),
    'GA',
    ResponseCode.SERVICE_NOT_AVAILABLE,
  ],
  [
    'while nobody may write, if so configured',
    { brokerPermission: '4', allowRecallWhenBrokerNotWriteable: 'false' },
    ...([encodeRecallHandle(HANDLE), 'GA', ResponseCode.SERVICE_NOT_AVAILABLE] as const),
  ],
  ['without a timer', { timerWheelEnable: 'false' }, encodeRecallHandle(HANDLE), 'GA', ResponseCode.SYSTEM_ERROR],
  ['for an unknown topic', {}, encodeRecallHandle(HANDLE), 'GB', ResponseCode.TOPIC_NOT_EXIST],
  ['with what is no handle', {}, 'djI', 'GA', ResponseCode.ILLEGAL_OPERATION],
  ['for another topic', {}, encodeRecallHandle({ ...HANDLE, topic: 'GB' }), 'GA', ResponseCode.ILLEGAL_OPERATION],
  ['for another broker', {}, encodeRecallHandle({ ...HANDLE, brokerName: 'b' }), 'GA', ResponseCode.ILLEGAL_OPERATION],
  [
    'when it is too late',
    {},
    encodeRecallHandle({ ...HANDLE, timestamp: '1700000000000' }),
    'GA',
    ResponseCode.ILLEGAL_OPERATION,
  ],
  [
    'for a time that no message may have',
    {},
    encodeRecallHandle({ ...HANDLE, timestamp: '9999999999999' }),
    'GA',
    ResponseCode.ILLEGAL_OPERATION,
  ],
  [
    'for what is no time',
    {},
    encodeRecallHandle({ ...HANDLE, timestamp: 'soon' }),
    'GA',
    ResponseCode.ILLEGAL_OPERATION,
  ],
])('it is refused %s', async (_case, given, handle, topic, code) => {
  const { broker, recall } = setUp(given)
  expect(await recall(handle, topic)).toMatchObject({ code, extFields: { MSG_REGION: 'DefaultRegion' } })
  expect(broker.store.puts).toEqual([])
})

test('one that the store does not take says why', async () => {
  const { broker, recall } = setUp()
  broker.store.refusals.push({ status: 'SERVICE_NOT_AVAILABLE', reason: 'disk full' })
  const answer = await recall(encodeRecallHandle(HANDLE))
  expect(answer).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, remark: 'recall failed, execute error: disk full' })
})
