import { encodeMessageId, RemotingResponse, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { MessagingMethodName } from '@rocketmq-ts/protocol/grpc'
import type { FakeBroker } from '../support/fake-broker'
import { useGrpcFaces } from '../support/grpc-face'
import type { Asking, TestedClient } from '../support/grpc-face'

const faces = useGrpcFaces()
const { Code } = v2

const topic = { name: 'T' }
const group = { name: 'G' }
const fine: v2.Message.$Properties = { topic, body: Buffer.from('x'), systemProperties: { messageId: 'ID' } }
const handleOf = (popTime: number, rest = ' 99'): string => `0 ${popTime} 60000 0 0 broker-a 0 7${rest}`

async function started(changes = {}): Promise<{ broker: FakeBroker; client: TestedClient }> {
  const { face, broker } = await faces.face({
    enableTopicMessageTypeCheck: true,
    maxDelayTimeMills: 86_400_000,
    ...changes,
  })
  broker.topics.set('T', { type: 'NORMAL' })
  const answer = { queueId: '0', queueOffset: '0', msgId: encodeMessageId(Buffer.alloc(8), 0) }
  for (const code of [RequestCode.SEND_MESSAGE_V2, RequestCode.SEND_BATCH_MESSAGE]) {
    broker.answers.set(code, () => RemotingResponse.success(answer))
  }
  return { broker, client: faces.client(face.address) }
}

const system = (systemProperties: v2.SystemProperties.$Properties): v2.Message.$Properties[] => [
  { ...fine, systemProperties: { messageId: 'ID', ...systemProperties } },
]
const user = (userProperties: Record<string, string>): v2.Message.$Properties[] => [{ ...fine, userProperties }]
const inDays = (days: number) => ({ seconds: Math.floor(Date.now() / 1000) + days * 86_400 })
const many = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']))

const sends: [string, v2.Message.$Properties[], keyof typeof Code][] = [
  ['nothing', [], 'MESSAGE_CORRUPTED'],
  ['two topics', [fine, { ...fine, topic: { name: 'U' } }], 'MESSAGE_CORRUPTED'],
  ['no topic', [{ ...fine, topic: null }], 'ILLEGAL_TOPIC'],
  ['a topic with a dot', [{ ...fine, topic: { name: 'a.b' } }], 'ILLEGAL_TOPIC'],
  ['a topic of 128', [{ ...fine, topic: { name: 'x'.repeat(128) } }], 'ILLEGAL_TOPIC'],
  ['a system topic', [{ ...fine, topic: { name: 'TBW102' } }], 'ILLEGAL_TOPIC'],
  ['no body', [{ ...fine, body: Buffer.alloc(0) }], 'MESSAGE_BODY_EMPTY'],
  ['4 MiB', [{ ...fine, body: Buffer.alloc(4 * 1024 * 1024) }], 'OK'],
  ['a byte more', [{ ...fine, body: Buffer.alloc(4 * 1024 * 1024 + 1) }], 'MESSAGE_BODY_TOO_LARGE'],
  ['128 properties', user(many(128)), 'OK'],
  ['129 properties', user(many(129)), 'MESSAGE_PROPERTIES_TOO_LARGE'],
  ['properties of 16 KiB', user({ k: 'v'.repeat(16 * 1024) }), 'MESSAGE_PROPERTIES_TOO_LARGE'],
  ['a property of brokers', user({ TAGS: 'T' }), 'ILLEGAL_MESSAGE_PROPERTY_KEY'],
  ['an inner property', user({ __SHARDINGKEY: 'g' }), 'ILLEGAL_MESSAGE_PROPERTY_KEY'],
  ['a control character in a property', user({ k: 'a\u0001b' }), 'ILLEGAL_MESSAGE_PROPERTY_KEY'],
  ['a blank tag', system({ tag: '  ' }), 'ILLEGAL_MESSAGE_TAG'],
  ['a tag with a bar', system({ tag: 'a|b' }), 'ILLEGAL_MESSAGE_TAG'],
  ['a control character in a tag', system({ tag: 'a\nb' }), 'ILLEGAL_MESSAGE_TAG'],
  ['a blank key', system({ keys: ['a', ' '] }), 'ILLEGAL_MESSAGE_KEY'],
  ['a control character in a key', system({ keys: ['a\tb'] }), 'ILLEGAL_MESSAGE_KEY'],
  ['no message id', system({ messageId: ' ' }), 'ILLEGAL_MESSAGE_ID'],
  ['two days later', system({ deliveryTimestamp: inDays(2) }), 'ILLEGAL_DELIVERY_TIME'],
  ['a late first check', system({ orphanedTransactionRecoveryDuration: { seconds: 3601 } }), 'BAD_REQUEST'],
  ['a blank group', system({ messageGroup: ' ' }), 'ILLEGAL_MESSAGE_GROUP'],
  ['a group of 64', system({ messageGroup: 'g'.repeat(64) }), 'ILLEGAL_MESSAGE_GROUP'],
  ['a control character in a group', system({ messageGroup: 'a\u0000' }), 'ILLEGAL_MESSAGE_GROUP'],
  [
    'a group on a topic for plain ones',
    system({ messageGroup: 'g'.repeat(63) }),
    'MESSAGE_PROPERTY_CONFLICT_WITH_TYPE',
  ],
  ['a lite message', system({ liteTopic: 'l' }), 'MESSAGE_PROPERTY_CONFLICT_WITH_TYPE'],
  ['a lite message without name', system({ messageType: v2.MessageType.LITE }), 'MESSAGE_PROPERTY_CONFLICT_WITH_TYPE'],
  ['a blank lite topic', system({ liteTopic: ' ' }), 'ILLEGAL_LITE_TOPIC'],
  ['a lite topic of 65', system({ liteTopic: 'l'.repeat(65) }), 'ILLEGAL_LITE_TOPIC'],
  ['a lite topic with a dollar', system({ liteTopic: 'l$' }), 'ILLEGAL_LITE_TOPIC'],
  [
    'an urgent one without rank',
    system({ messageType: v2.MessageType.PRIORITY }),
    'MESSAGE_PROPERTY_CONFLICT_WITH_TYPE',
  ],
]

test('every send is answered with what is wrong with it', async () => {
  const { client } = await started()
  const answered: [string, string][] = []
  for (const [what, messages] of sends) {
    const { status } = await client.call('SendMessage', { messages })
    answered.push([what, Code[status?.code ?? 0] ?? ''])
  }
  expect(answered).toEqual(sends.map(([what, , code]) => [what, code]))
})

test.each([
  [ResponseCode.SYSTEM_BUSY, Code.TOO_MANY_REQUESTS],
  [ResponseCode.REQUEST_CODE_NOT_SUPPORTED, Code.NOT_IMPLEMENTED],
  [ResponseCode.NO_PERMISSION, Code.FORBIDDEN],
  [ResponseCode.TOPIC_NOT_EXIST, Code.TOPIC_NOT_FOUND],
  [ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, Code.CONSUMER_GROUP_NOT_FOUND],
  [ResponseCode.MESSAGE_ILLEGAL, Code.INTERNAL_SERVER_ERROR],
  [ResponseCode.SYSTEM_ERROR, Code.INTERNAL_SERVER_ERROR],
])('a broker that answers %i is %i to a client, with its words', async (responseCode, code) => {
  const { broker, client } = await started()
  broker.answers.set(RequestCode.SEND_MESSAGE_V2, () => RemotingResponse.refusal(responseCode, 'its words'))
  const { status } = await client.call('SendMessage', { messages: [fine] })
  expect([status?.code, status?.message]).toEqual([code, 'its words'])
})

test.each([
  [ResponseCode.FLUSH_DISK_TIMEOUT, Code.MASTER_PERSISTENCE_TIMEOUT],
  [ResponseCode.FLUSH_SLAVE_TIMEOUT, Code.SLAVE_PERSISTENCE_TIMEOUT],
  [ResponseCode.SLAVE_NOT_AVAILABLE, Code.HA_NOT_AVAILABLE],
])('a message that was stored less safely than wished, %i, is answered for by %i', async (responseCode, code) => {
  const { broker, client } = await started()
  const extFields = { queueId: '0', queueOffset: '5', msgId: '' }
  broker.answers.set(RequestCode.SEND_MESSAGE_V2, () => new RemotingResponse({ code: responseCode, extFields }))
  const { status, entries } = await client.call('SendMessage', { messages: [fine] })
  expect([status?.code, entries[0]?.status?.code, entries[0]?.offset]).toEqual([code, code, 5])
})

test('several messages are answered for one by one', async () => {
  const { broker, client } = await started()
  const ids = ['A', 'B', 'C']
  const messages = ids.map(messageId => ({ ...fine, systemProperties: { messageId } }))
  const { status, entries } = await client.call('SendMessage', { messages })
  expect(status?.code).toBe(Code.OK)
  expect(entries.map(({ messageId, offset }) => [messageId, offset])).toEqual(ids.map((id, index) => [id, index]))
  expect(broker.askedOf(RequestCode.SEND_BATCH_MESSAGE)).toHaveLength(1)
})

type Case = { [Name in MessagingMethodName]: [string, Name, Asking<Name>, keyof typeof Code] }[MessagingMethodName]
const now = Date.now()
const receipt = { topic, group, messageId: 'ID' }
const cases: Case[] = [
  ['an access point without address', 'QueryRoute', { topic, endpoints: { addresses: [] } }, 'ILLEGAL_ACCESS_POINT'],
  ['a route of nobody’s topic', 'QueryRoute', { topic: { name: 'U' } }, 'TOPIC_NOT_FOUND'],
  [
    'an assignment of a system group',
    'QueryAssignment',
    { topic, group: { name: 'CID_RMQ_SYS_x' } },
    'ILLEGAL_CONSUMER_GROUP',
  ],
  [
    'an assignment of a long group',
    'QueryAssignment',
    { topic, group: { name: 'g'.repeat(121) } },
    'ILLEGAL_CONSUMER_GROUP',
  ],
  ['a heartbeat of a stranger', 'Heartbeat', { group }, 'UNRECOGNIZED_CLIENT_TYPE'],
  ['a farewell of a stranger', 'NotifyClientTermination', {}, 'UNRECOGNIZED_CLIENT_TYPE'],
  ['a transaction without id', 'EndTransaction', { topic, transactionId: ' ' }, 'INVALID_TRANSACTION_ID'],
  ['a recall of a plain topic', 'RecallMessage', { topic, recallHandle: 'x' }, 'MESSAGE_PROPERTY_CONFLICT_WITH_TYPE'],
  ['no receipts', 'AckMessage', { topic, group, entries: [] }, 'INTERNAL_SERVER_ERROR'],
  [
    'a receipt that is none',
    'AckMessage',
    { topic, group, entries: [{ receiptHandle: 'x' }] },
    'INVALID_RECEIPT_HANDLE',
  ],
  [
    'a receipt that ran out',
    'AckMessage',
    { topic, group, entries: [{ receiptHandle: handleOf(now - 61_000) }] },
    'INVALID_RECEIPT_HANDLE',
  ],
  [
    'a negative time',
    'ChangeInvisibleDuration',
    { ...receipt, receiptHandle: handleOf(now), invisibleDuration: { seconds: -1 } },
    'ILLEGAL_INVISIBLE_TIME',
  ],
  [
    'thirteen hours',
    'ChangeInvisibleDuration',
    { ...receipt, receiptHandle: handleOf(now), invisibleDuration: { seconds: 13 * 3600 } },
    'ILLEGAL_INVISIBLE_TIME',
  ],
  [
    'a broker that is not there',
    'ChangeInvisibleDuration',
    { ...receipt, receiptHandle: handleOf(now).replace('broker-a', 'zz'), invisibleDuration: { seconds: 1 } },
    'INVALID_RECEIPT_HANDLE',
  ],
  [
    'a dead letter from nowhere',
    'ForwardMessageToDeadLetterQueue',
    { ...receipt, receiptHandle: handleOf(now, '') },
    'INVALID_RECEIPT_HANDLE',
  ],
  [
    'an offset below 0',
    'UpdateOffset',
    { group, messageQueue: { topic, broker: { name: 'broker-a' } }, offset: -1 },
    'ILLEGAL_OFFSET',
  ],
  [
    'a queue that is not there',
    'GetOffset',
    { group, messageQueue: { topic, id: 4, broker: { name: 'broker-a' } } },
    'BAD_REQUEST',
  ],
  [
    'a time without one',
    'QueryOffset',
    { messageQueue: { topic, broker: { name: 'broker-a' } }, queryOffsetPolicy: v2.QueryOffsetPolicy.TIMESTAMP },
    'ILLEGAL_OFFSET',
  ],
]

test('every other call is answered with what is wrong with it', async () => {
  const { client } = await started()
  const answered: [string, string][] = []
  for (const [what, name, request] of cases) {
    const { status } = await client.call(name, request)
    answered.push([what, Code[status?.code ?? 0] ?? ''])
  }
  expect(answered).toEqual(cases.map(([what, , , code]) => [what, code]))
})

test('who does not say who it is is asked to', async () => {
  const { client } = await started()
  const { status } = await client.call('QueryRoute', { topic }, {})
  expect(status?.code).toBe(Code.CLIENT_ID_REQUIRED)
})

/** Long, so that no call of a slow machine is late. */
const [MIN_POLL_MS, WAITING_MS] = [120_000, 300_000]
const polls = {
  grpcClientConsumerMinLongPollingTimeoutMillis: MIN_POLL_MS,
  grpcClientConsumerMaxLongPollingTimeoutMillis: MIN_POLL_MS,
}

test.each<[string, Asking<'ReceiveMessage'>, number, keyof typeof Code]>([
  ['hidden for 9 s', { invisibleDuration: { seconds: 9 } }, WAITING_MS, 'ILLEGAL_INVISIBLE_TIME'],
  ['hidden for 13 h', { invisibleDuration: { seconds: 13 * 3600 } }, WAITING_MS, 'ILLEGAL_INVISIBLE_TIME'],
  [
    'for who does not wait long enough',
    { invisibleDuration: { seconds: 10 } },
    MIN_POLL_MS / 2,
    'ILLEGAL_POLLING_TIME',
  ],
  [
    'by empty tags',
    { invisibleDuration: { seconds: 10 }, filterExpression: { expression: '||' } },
    WAITING_MS,
    'ILLEGAL_FILTER_EXPRESSION',
  ],
  [
    'of nobody’s topic',
    { invisibleDuration: { seconds: 10 }, messageQueue: { topic: { name: 'U' } } },
    WAITING_MS,
    'TOPIC_NOT_FOUND',
  ],
  [
    'of a topic that none may read',
    { invisibleDuration: { seconds: 10 }, messageQueue: { topic: { name: 'W' } } },
    WAITING_MS,
    'FORBIDDEN',
  ],
  ['of none', { invisibleDuration: { seconds: 10 } }, WAITING_MS, 'MESSAGE_NOT_FOUND'],
])('messages %s', async (_what, request, deadlineMs, code) => {
  const { broker, client } = await started(polls)
  broker.topics.set('W', { perm: 2 })
  broker.answers.set(RequestCode.POP_MESSAGE, () => RemotingResponse.refusal(ResponseCode.POLLING_TIMEOUT, ''))
  const elements = await client.stream(
    'ReceiveMessage',
    { group, messageQueue: { topic }, batchSize: 1, ...request },
    { deadlineMs },
  )
  expect(
    elements.flatMap(({ status }) => Code[status?.code ?? 0] ?? []).filter(name => name !== 'CODE_UNSPECIFIED'),
  ).toEqual([code])
})

test.each([
  ['a message', 0],
  ['a message that is visible again', 61_000],
])('%s is given up by a copy among the dead letters of its group, and then acknowledged', async (_what, ageMs) => {
  const { broker, client } = await started()
  for (const code of [RequestCode.CONSUMER_SEND_MSG_BACK, RequestCode.ACK_MESSAGE]) {
    broker.answers.set(code, () => RemotingResponse.success())
  }
  const request = { ...receipt, receiptHandle: handleOf(Date.now() - ageMs) }
  const { status } = await client.call('ForwardMessageToDeadLetterQueue', request)
  expect(status?.code).toBe(Code.OK)
  const [copied, acknowledged] = broker.asked.slice(-2)
  expect([copied?.code, copied?.fields]).toMatchObject([
    RequestCode.CONSUMER_SEND_MSG_BACK,
    { offset: '99', group: 'G', delayLevel: '-1', originMsgId: 'ID', originTopic: 'T' },
  ])
  expect([acknowledged?.code, acknowledged?.fields]).toMatchObject([
    RequestCode.ACK_MESSAGE,
    { consumerGroup: 'G', topic: 'T', queueId: '0', offset: '7' },
  ])
})

test('of receipts, each is answered for', async () => {
  const { broker, client } = await started()
  broker.answers.set(RequestCode.ACK_MESSAGE, () => RemotingResponse.success())
  const entries = [
    { messageId: 'A', receiptHandle: handleOf(Date.now()) },
    { messageId: 'B', receiptHandle: 'x' },
  ]
  const answer = await client.call('AckMessage', { topic, group, entries })
  expect(answer.status?.code).toBe(Code.MULTIPLE_RESULTS)
  expect(answer.entries.map(({ messageId, status }) => [messageId, status?.code])).toEqual([
    ['A', Code.OK],
    ['B', Code.INVALID_RECEIPT_HANDLE],
  ])
})
