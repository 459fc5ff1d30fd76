import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import { status } from '@grpc/grpc-js'
import type { StatusObject } from '@grpc/grpc-js'
import { encodeMessageId, RemotingResponse, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import { authenticatorOf } from '../authentication/users'
import type { FakeBroker } from '../support/fake-broker'
import { useGrpcFaces } from '../support/grpc-face'
import type { TestedClient } from '../support/grpc-face'
import { storedRecord } from '../support/stored-record'

const faces = useGrpcFaces()
type CodeName = keyof typeof v2.Code
type Row = ReturnType<typeof never> | ReturnType<typeof when>
type Answered = { readonly status?: v2.Status.$Properties | null }

interface Asking {
  readonly broker: FakeBroker
  readonly client: TestedClient
}

const topic = { name: 'T' }
const group = { name: 'G' }
const queue = { topic, id: 0, broker: { name: 'broker-a' } }
const body = Buffer.from('x')
const handle = `0 ${Date.now()} 600000 0 0 broker-a 0 7 99`
const receipt = { topic, group, messageId: 'ID', receiptHandle: handle }

const send =
  (message: v2.Message.$Properties = {}) =>
  ({ client }: Asking): Promise<Answered> => {
    const systemProperties = { messageId: 'ID', ...message.systemProperties }
    return client.call('SendMessage', { messages: [{ topic, body, ...message, systemProperties }] })
  }

const refusedSend = (responseCode: number) => (asking: Asking) => {
  asking.broker.answers.set(RequestCode.SEND_MESSAGE_V2, () => RemotingResponse.refusal(responseCode, ''))
  return send()(asking)
}

const storedSend = (code: number) => (asking: Asking) => {
  const extFields = { queueId: '0', queueOffset: '0', msgId: '' }
  asking.broker.answers.set(RequestCode.SEND_MESSAGE_V2, () => new RemotingResponse({ code, extFields }))
  return send()(asking)
}

/** No call of a slow machine is that late. */
const LONG_MS = 120_000

const receive =
  (request: v2.ReceiveMessageRequest.$Properties = {}, deadlineMs = 2 * LONG_MS) =>
  async ({ broker, client }: Asking): Promise<Answered> => {
    broker.answers.set(RequestCode.POP_MESSAGE, () => RemotingResponse.refusal(ResponseCode.POLLING_TIMEOUT, ''))
    const whole = { group, messageQueue: queue, batchSize: 1, invisibleDuration: { seconds: 30 }, ...request }
    const elements = await client.stream('ReceiveMessage', whole, { deadlineMs })
    return elements.find(({ status }) => status !== null && status !== undefined) ?? {}
  }

const verified =
  (code: v2.Code) =>
  async ({ client, broker }: Asking): Promise<Answered> => {
    const record = storedRecord({ topic: 'T', body: 'x', properties: { UNIQ_KEY: 'ID' } })
    broker.answers.set(RequestCode.QUERY_MESSAGE, () => RemotingResponse.success(null, record))
    const telemetry = client.telemetry()
    const next = async () => ((await once(telemetry, 'data')) as [v2.TelemetryCommand])[0]
    telemetry.write({ settings: { clientType: v2.ClientType.PUSH_CONSUMER, subscription: { group } } })
    await next()
    const answer = client.administer('VerifyMessage', { group, topic, clientId: 'client', messageId: 'ID' })
    const { verifyMessageCommand } = await next()
    telemetry.write({ status: { code }, verifyMessageResult: { nonce: verifyMessageCommand?.nonce ?? '' } })
    return await answer
  }

/** The end of a Telemetry stream tells by its trailers what is wrong with settings: the code is in no answer. */
const settingsRefused = async ({ client }: Asking): Promise<Answered> => {
  const telemetry = client.telemetry()
  const ended = new Promise<StatusObject>(resolve => telemetry.once('status', resolve))
  telemetry.write({ settings: { clientProperties: { 'no name': '' }, publishing: { topics: [] } } })
  const { code, details } = await ended
  const isSaid = code === status.INVALID_ARGUMENT && details.includes('client properties')
  return { status: { code: isSaid ? v2.Code.INVALID_CLIENT_PROPERTIES : v2.Code.OK } }
}

const refusedLiteSubscription = ({ broker, client }: Asking): Promise<Answered> => {
  broker.topics.set('Parent', { type: 'LITE' })
  broker.groups.set('LiteGroup', { attributes: new Map([['lite.bind.topic', 'Parent']]) })
  const refusal = RemotingResponse.refusal(ResponseCode.LITE_SUBSCRIPTION_QUOTA_EXCEEDED, '')
  broker.answers.set(RequestCode.LITE_SUBSCRIPTION_CTL, () => refusal)
  const change = { action: v2.LiteSubscriptionAction.PARTIAL_ADD, liteTopicSet: ['a'] }
  return client.call('SyncLiteSubscription', { ...change, topic: { name: 'Parent' }, group: { name: 'LiteGroup' } })
}

const unauthorized = async (): Promise<Answered> => {
  const { face } = await faces.face({}, { authenticator: authenticatorOf([], {}, []) })
  return await faces.client(face.address).call('QueryRoute', { topic })
}

/** A situation, as the docs have it, and a call in it. */
const when = (situation: string, ask: (asking: Asking) => Promise<Answered>) => ({ situation, ask })
const never = (situation: string) => ({ situation, ask: null })
const reserved = never('reserved in the contract')

/** Every code by a call that is answered with it, or why none is. */
const table: Readonly<Record<CodeName, Row>> = {
  CODE_UNSPECIFIED: never('an answer has a status'),
  OK: when('the call did what it should', send()),
  MULTIPLE_RESULTS: when(
    'messages or receipts of one call ended differently: each entry has its own code',
    ({ broker, client }) => {
      broker.answers.set(RequestCode.ACK_MESSAGE, () => RemotingResponse.success())
      return client.call('AckMessage', { topic, group, entries: [receipt, { ...receipt, receiptHandle: 'x' }] })
    },
  ),
  BAD_REQUEST: when(
    'what no other code says: a queue that is not there, a late first check of a transaction, an enum that is none',
    ({ client }) => client.call('GetOffset', { group, messageQueue: { ...queue, id: 99 } }),
  ),
  ILLEGAL_ACCESS_POINT: when('an access point without address, or with a port or scheme that is none', ({ client }) =>
    client.call('QueryRoute', { topic, endpoints: { addresses: [] } }),
  ),
  ILLEGAL_TOPIC: when(
    'a topic without name, longer than 127, with other characters than `%\\|a-zA-Z0-9_-`, or of the system; a parent that is not bound to the group',
    send({ topic: { name: 'a.b' } }),
  ),
  ILLEGAL_CONSUMER_GROUP: when(
    'a group without name, longer than 120, with such characters, or of the system',
    receive({ group: { name: 'CID_RMQ_SYS_x' } }),
  ),
  ILLEGAL_MESSAGE_TAG: when(
    'a tag that is blank, has a bar or control characters',
    send({ systemProperties: { tag: 'a|b' } }),
  ),
  ILLEGAL_MESSAGE_KEY: when(
    'a key that is blank or has control characters',
    send({ systemProperties: { keys: [' '] } }),
  ),
  ILLEGAL_MESSAGE_GROUP: when(
    'a message group that is blank, has control characters or 64 bytes',
    send({ systemProperties: { messageGroup: ' ' } }),
  ),
  ILLEGAL_MESSAGE_PROPERTY_KEY: when(
    'a property of a reserved name, or with control characters',
    send({ userProperties: { TAGS: 'a' } }),
  ),
  INVALID_TRANSACTION_ID: when('a transaction without id, or with one that is none', ({ client }) =>
    client.call('EndTransaction', { topic, transactionId: ' ' }),
  ),
  ILLEGAL_MESSAGE_ID: when('a message without id', send({ systemProperties: { messageId: ' ' } })),
  ILLEGAL_FILTER_EXPRESSION: when(
    'an expression that cannot be read',
    receive({ filterExpression: { expression: '||' } }),
  ),
  ILLEGAL_INVISIBLE_TIME: when(
    'a time of less than 10 s to receive for, below 0 to change to, or above 12 h',
    receive({ invisibleDuration: { seconds: 1 } }),
  ),
  ILLEGAL_DELIVERY_TIME: when(
    'a delivery later than `maxDelayTimeMills` allows',
    send({ systemProperties: { deliveryTimestamp: { seconds: 99_999_999_999 } } }),
  ),
  INVALID_RECEIPT_HANDLE: when(
    'a receipt that is none, has run out, or is of a broker that is not there',
    ({ client }) => client.call('AckMessage', { topic, group, entries: [{ receiptHandle: 'x' }] }),
  ),
  MESSAGE_PROPERTY_CONFLICT_WITH_TYPE: when(
    'a message whose kind is not its topic’s, or that lacks what its kind needs',
    send({ systemProperties: { messageType: v2.MessageType.PRIORITY } }),
  ),
  UNRECOGNIZED_CLIENT_TYPE: when('a heartbeat or farewell of a client that has not said its settings', ({ client }) =>
    client.call('Heartbeat', { group }),
  ),
  MESSAGE_CORRUPTED: when('a send without messages, or of two topics', ({ client }) =>
    client.call('SendMessage', { messages: [] }),
  ),
  CLIENT_ID_REQUIRED: when('no `x-mq-client-id`', ({ client }) => client.call('QueryRoute', { topic }, {})),
  ILLEGAL_POLLING_TIME: when('a deadline that ends before the wait for messages would', receive({}, LONG_MS / 2)),
  ILLEGAL_OFFSET: when('an offset below 0 or outside the queue; a search by time without one', ({ client }) =>
    client.call('UpdateOffset', { group, messageQueue: queue, offset: -1 }),
  ),
  ILLEGAL_LITE_TOPIC: when(
    'a lite topic without name, longer than `maxLiteTopicSize`, or with other characters than `a-zA-Z0-9_-`',
    send({ systemProperties: { liteTopic: 'a$' } }),
  ),
  INVALID_CLIENT_PROPERTIES: when(
    'settings with too many, too long or unreadable properties: INVALID_ARGUMENT ends the stream, the text says so',
    settingsRefused,
  ),
  UNAUTHORIZED: when('nobody known, where `authenticationEnabled`', unauthorized),
  PAYMENT_REQUIRED: reserved,
  FORBIDDEN: when(
    'a topic that may not be read or written; Admin for whom it is not',
    refusedSend(ResponseCode.NO_PERMISSION),
  ),
  NOT_FOUND: when('Admin: a consumer that is not connected', ({ broker, client }) => {
    broker.answers.set(RequestCode.GET_CONSUMER_CONNECTION_LIST, () =>
      RemotingResponse.refusal(ResponseCode.CONSUMER_NOT_ONLINE, ''),
    )
    return client.administer('GetConsumerRunningInfo', { group, clientId: 'nobody' })
  }),
  MESSAGE_NOT_FOUND: when('no message came in time: what a wait mostly ends with', receive()),
  TOPIC_NOT_FOUND: when('a topic that no broker has', ({ client }) =>
    client.call('QueryRoute', { topic: { name: 'nowhere' } }),
  ),
  CONSUMER_GROUP_NOT_FOUND: when(
    'a group that brokers do not know and do not make',
    refusedSend(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST),
  ),
  OFFSET_NOT_FOUND: when('a group that has not acknowledged anything of a queue', ({ broker, client }) => {
    broker.answers.set(RequestCode.QUERY_CONSUMER_OFFSET, () =>
      RemotingResponse.refusal(ResponseCode.QUERY_NOT_FOUND, ''),
    )
    return client.call('GetOffset', { group, messageQueue: queue })
  }),
  REQUEST_TIMEOUT: never('clients say so to themselves'),
  PAYLOAD_TOO_LARGE: never('a request that is too large is refused before it is read: RESOURCE_EXHAUSTED'),
  MESSAGE_BODY_TOO_LARGE: when(
    'a body of more than `maxMessageSize`, as it travels',
    send({ body: Buffer.alloc(4 * 1024 * 1024 + 1) }),
  ),
  MESSAGE_BODY_EMPTY: when('no body', send({ body: Buffer.alloc(0) })),
  PRECONDITION_FAILED: reserved,
  TOO_MANY_REQUESTS: when('brokers, or waits at them, are too many at a time', refusedSend(ResponseCode.SYSTEM_BUSY)),
  LITE_TOPIC_QUOTA_EXCEEDED: when(
    'a broker has as many lite topics as it may',
    refusedSend(ResponseCode.LMQ_QUOTA_EXCEEDED),
  ),
  LITE_SUBSCRIPTION_QUOTA_EXCEEDED: when(
    'a client, or a broker, has as many lite subscriptions as it may',
    refusedLiteSubscription,
  ),
  REQUEST_HEADER_FIELDS_TOO_LARGE: reserved,
  MESSAGE_PROPERTIES_TOO_LARGE: when(
    'more than 128 properties, or 16 KiB of them',
    send({ userProperties: { k: 'v'.repeat(16 * 1024) } }),
  ),
  INTERNAL_ERROR: reserved,
  INTERNAL_SERVER_ERROR: when(
    'whatever has no other code, with the broker’s words',
    refusedSend(ResponseCode.SYSTEM_ERROR),
  ),
  HA_NOT_AVAILABLE: when(
    'stored, but there is no slave where one is asked for',
    storedSend(ResponseCode.SLAVE_NOT_AVAILABLE),
  ),
  NOT_IMPLEMENTED: when('a broker that does not know how', refusedSend(ResponseCode.REQUEST_CODE_NOT_SUPPORTED)),
  PROXY_TIMEOUT: when(
    'a broker that does not answer or cannot be reached, a client that does not answer an administrator',
    refusedSend(ResponseCode.CONSUME_MSG_TIMEOUT),
  ),
  MASTER_PERSISTENCE_TIMEOUT: when('stored, but not on the disk in time', storedSend(ResponseCode.FLUSH_DISK_TIMEOUT)),
  SLAVE_PERSISTENCE_TIMEOUT: when('stored, but not at the slave in time', storedSend(ResponseCode.FLUSH_SLAVE_TIMEOUT)),
  UNSUPPORTED: when('Admin: DeleteSubscription', ({ client }) =>
    client.administer('DeleteSubscription', { topic, group }),
  ),
  VERSION_UNSUPPORTED: reserved,
  VERIFY_FIFO_MESSAGE_UNSUPPORTED: when(
    'VerifyMessage: what the consumer answered',
    verified(v2.Code.VERIFY_FIFO_MESSAGE_UNSUPPORTED),
  ),
  FAILED_TO_CONSUME_MESSAGE: when(
    'VerifyMessage: what the consumer answered',
    verified(v2.Code.FAILED_TO_CONSUME_MESSAGE),
  ),
}

async function started(): Promise<Asking> {
  const polls = {
    grpcClientConsumerMinLongPollingTimeoutMillis: LONG_MS,
    grpcClientConsumerMaxLongPollingTimeoutMillis: LONG_MS,
  }
  const { face, broker } = await faces.face({ enableTopicMessageTypeCheck: true, ...polls })
  broker.topics.set('T', { type: 'NORMAL' })
  broker.topics.set('SELF_TEST_TOPIC', {})
  const answer = { queueId: '0', queueOffset: '0', msgId: encodeMessageId(Buffer.alloc(8), 0) }
  broker.answers.set(RequestCode.SEND_MESSAGE_V2, () => RemotingResponse.success(answer))
  return { broker, client: faces.client(face.address) }
}

const rows = Object.entries(table)
const asked = rows.flatMap(([name, { ask }]) => (ask === null ? [] : [[name, ask] as const]))

test('every code of the contract is in the table, and in the docs as it is there', () => {
  const names = Object.keys(v2.Code).filter(name => Number.isNaN(Number(name)))
  expect(rows.map(([name]) => name)).toEqual(names)
  const page = readFileSync(path.resolve(__dirname, '../../../../docs/grpc.md'), 'utf8').replace(/ +/g, ' ')
  const told = rows.map(([name, { situation, ask }]) => {
    const text = ask === null ? `never: ${situation}` : situation
    return `| ${v2.Code[name as CodeName]} | \`${name}\` | ${text} |`
  })
  expect(told.filter(row => !page.includes(row))).toEqual([])
})

test.each(asked)('%s is answered in the situation of the table', async (name, ask) => {
  const answer = await ask(await started())
  expect(v2.Code[answer.status?.code ?? 0]).toBe(name)
})
