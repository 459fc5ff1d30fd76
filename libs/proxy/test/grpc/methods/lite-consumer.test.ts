import { heartbeatDataJson, liteSubscriptionCtlJson, RemotingResponse, RequestCode } from '@rocketmq-ts/protocol'
import { status as grpcStatus } from '@grpc/grpc-js'
import type { ServiceError } from '@grpc/grpc-js'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { FakeBroker } from '../../support/fake-broker'
import { useGrpcFaces } from '../../support/grpc-face'
import type { Telemetry, TestedClient } from '../../support/grpc-face'
import { storedRecord } from '../../support/stored-record'

const faces = useGrpcFaces()
const { Code, ClientType } = v2

const topic = { name: 'Parent' }
const group = { name: 'LiteGroup' }
const subscriptions = [{ topic, expression: { expression: '*' } }]
const lite: v2.Settings.$Properties = {
  clientType: ClientType.LITE_PUSH_CONSUMER,
  subscription: { group, subscriptions },
}
/** Within it the client waits for its poll: long, so that no call of a slow machine is late. */
const DEADLINE_MS = 300_000

async function started(changes = {}): Promise<{ broker: FakeBroker; client: TestedClient }> {
  const { face, broker } = await faces.face(changes)
  for (const name of ['Parent', 'Other']) broker.topics.set(name, { type: 'LITE' })
  broker.groups.set('LiteGroup', {
    ...{ consumeMessageOrderly: true, retryMaxTimes: 3 },
    attributes: new Map([
      ['lite.bind.topic', 'Parent'],
      ['lite.sub.client.quota', '7'],
    ]),
  })
  for (const code of [
    RequestCode.LITE_SUBSCRIPTION_CTL,
    RequestCode.ACK_MESSAGE,
    RequestCode.CONSUMER_SEND_MSG_BACK,
    RequestCode.CHANGE_MESSAGE_INVISIBLETIME,
  ]) {
    broker.answers.set(code, () => RemotingResponse.success())
  }
  broker.answers.set(RequestCode.POP_LITE_MESSAGE, () => popped([['a', 0]], '0'))
  return { broker, client: faces.client(face.address) }
}

function popped(messages: readonly (readonly [string, number])[], orderCountInfo: string): RemotingResponse {
  const records = messages.map(([liteTopic, offset]) =>
    storedRecord({
      ...{ topic: 'Parent', body: `${liteTopic} ${offset}`, queueOffset: 40 + offset },
      properties: {
        ...{ __LITE_TOPIC: liteTopic, UNIQ_KEY: `ID-${liteTopic}-${offset}` },
        ...{ INNER_MULTI_DISPATCH: `%LMQ%$Parent$${liteTopic}`, INNER_MULTI_QUEUE_OFFSET: String(offset) },
      },
    }),
  )
  const fields = { popTime: String(Date.now()), invisibleTime: '60000', reviveQid: '999', orderCountInfo }
  return RemotingResponse.success(fields, Buffer.concat(records))
}

async function received(client: TestedClient, more = {}): Promise<v2.Message.$Properties[]> {
  const asked = { group, messageQueue: { topic }, batchSize: 32, invisibleDuration: { seconds: 10 }, ...more }
  const elements = await client.stream('ReceiveMessage', asked, { deadlineMs: DEADLINE_MS })
  return elements.flatMap(({ message }) => message ?? [])
}

/** Resolves with what the client is told. */
function connected(client: TestedClient, settings: v2.Settings.$Properties): Promise<[Telemetry, v2.Settings]> {
  const stream = client.telemetry()
  stream.write({ settings })
  return new Promise(resolve =>
    stream.once('data', ({ settings: merged }: v2.TelemetryCommand) => resolve([stream, merged as v2.Settings])),
  )
}

/** Looks until it is so; Jest's own limit ends a test in which it never is. */
async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 5))
}

test('a client of a lite group receives what it has subscribed to, told by its name', async () => {
  const { broker, client } = await started()
  const messages = await received(client, { attemptId: 'attempt', longPollingTimeout: { seconds: 10 } })
  expect(broker.askedOf(RequestCode.POP_LITE_MESSAGE)[0]?.fields).toMatchObject({
    ...{ clientId: 'client', consumerGroup: 'LiteGroup', topic: 'Parent', maxMsgNum: '32' },
    ...{ invisibleTime: '10000', pollTime: '10000', attemptId: 'attempt' },
  })
  expect(messages[0]?.systemProperties).toMatchObject({
    ...{ liteTopic: 'a', messageType: v2.MessageType.LITE, deliveryAttempt: 1, queueOffset: 0 },
  })
  expect(messages[0]?.systemProperties?.receiptHandle).toMatch(/^0 \d+ 60000 999 0 broker-a 0 0 4136 a$/)
})

test('what is done with a message of a lite topic, brokers are told with its name', async () => {
  const { broker, client } = await started()
  const [message] = await received(client)
  const receiptHandle = message!.systemProperties!.receiptHandle!
  // As Java's proxy gives it out: its consumer says which lite topic it is from.
  const ofJava = receiptHandle.replace(/ a$/, '')
  const whose = { topic, group, messageId: 'ID' }
  await client.call('AckMessage', {
    topic,
    group,
    entries: [{ receiptHandle }, { receiptHandle: ofJava, liteTopic: 'a' }],
  })
  const change = { ...whose, invisibleDuration: { seconds: 5 }, suspend: true }
  await client.call('ChangeInvisibleDuration', { ...change, receiptHandle })
  await client.call('ChangeInvisibleDuration', { ...change, receiptHandle: ofJava, liteTopic: 'a' })
  await client.call('ForwardMessageToDeadLetterQueue', { ...whose, receiptHandle: ofJava, liteTopic: 'a' })
  const acknowledged = broker.askedOf(RequestCode.ACK_MESSAGE).map(({ fields }) => fields)
  const place = { consumerGroup: 'LiteGroup', topic: 'Parent', queueId: '0', offset: '0', liteTopic: 'a' }
  expect(acknowledged).toMatchObject([place, place, place])
  const changed = broker.askedOf(RequestCode.CHANGE_MESSAGE_INVISIBLETIME).map(({ fields }) => fields)
  const suspended = { ...place, invisibleTime: '5000', suspend: 'true' }
  expect(changed).toMatchObject([suspended, suspended])
  expect(acknowledged.every(fields => fields['extraInfo']?.split(' ').length === 8)).toBe(true)
})

test('what a group has failed with too often goes to its dead letters', async () => {
  const { broker, client } = await started()
  broker.answers.set(RequestCode.POP_LITE_MESSAGE, () =>
    popped(
      [
        ['a', 0],
        ['b', 5],
      ],
      '0 qo0%0 4;0 qo0%5 3',
    ),
  )
  const messages = await received(client)
  expect(messages.map(({ systemProperties: s }) => [s?.liteTopic, s?.deliveryAttempt])).toEqual([['b', 4]])
  await eventually(() => broker.askedOf(RequestCode.ACK_MESSAGE).length > 0)
  expect(broker.askedOf(RequestCode.CONSUMER_SEND_MSG_BACK)[0]?.fields).toMatchObject({
    offset: '4136',
    delayLevel: '-1',
  })
  expect(broker.askedOf(RequestCode.ACK_MESSAGE)[0]?.fields).toMatchObject({ liteTopic: 'a', offset: '0' })
})

test('a client that holds too many messages gets no more, until it is done with some', async () => {
  const { broker, client } = await started({ maxLiteRenewNumPerChannel: 1 })
  await connected(client, lite)
  broker.answers.set(RequestCode.POP_LITE_MESSAGE, () =>
    popped(
      [
        ['a', 0],
        ['b', 0],
      ],
      '0;0',
    ),
  )
  const [message] = await received(client, { autoRenew: true })
  const asked = { group, messageQueue: { topic }, batchSize: 1, autoRenew: true }
  const [refused] = await client.stream('ReceiveMessage', asked, { deadlineMs: DEADLINE_MS })
  expect(refused?.status?.code).toBe(Code.FORBIDDEN)
  const entries = [{ receiptHandle: message!.systemProperties!.receiptHandle!, liteTopic: 'a' }]
  await client.call('AckMessage', { topic, group, entries })
  const [fine] = await client.stream('ReceiveMessage', asked, { deadlineMs: DEADLINE_MS })
  expect(fine?.status?.code).toBe(Code.OK)
})

test.each([
  [ClientType.LITE_PUSH_CONSUMER, 'CONSUME_PASSIVELY'],
  [ClientType.LITE_SIMPLE_CONSUMER, 'CONSUME_ACTIVELY'],
])('client type %i is told its quota, and brokers hear that it is a lite one', async (clientType, consumeType) => {
  const { broker, client } = await started()
  const [, merged] = await connected(client, { ...lite, clientType })
  expect(merged.subscription).toMatchObject({ liteSubscriptionQuota: 7, maxLiteTopicSize: 64 })
  const { consumerDataSet } = heartbeatDataJson.decode(broker.askedOf(RequestCode.HEART_BEAT)[0]!.body)
  expect(consumerDataSet).toMatchObject([{ groupName: 'LiteGroup', messageModel: 'LITE_SELECTIVE', consumeType }])
})

test('a lite group has one assignment for each broker, though it is ordered', async () => {
  const { client } = await started()
  const endpoints = { scheme: v2.AddressScheme.IPv4, addresses: [{ host: '127.0.0.1', port: 1 }] }
  const { assignments } = await client.call('QueryAssignment', { topic, group, endpoints })
  expect(assignments.map(({ messageQueue }) => messageQueue?.id)).toEqual([-1])
})

const { LITE_PUSH_CONSUMER, PUSH_CONSUMER } = ClientType
const other = [{ topic: { name: 'Other' }, expression: { expression: '*' } }]

test.each<[string, v2.Settings.$Properties, string]>([
  [
    'a lite consumer of a plain group',
    { clientType: LITE_PUSH_CONSUMER, subscription: { group: { name: 'Plain' }, subscriptions } },
    'regular group cannot use LITE mode: Plain',
  ],
  [
    'a plain consumer of a lite group',
    { clientType: PUSH_CONSUMER, subscription: { group, subscriptions } },
    'lite group must use LITE mode: LiteGroup',
  ],
  [
    'a lite consumer of another parent',
    { clientType: LITE_PUSH_CONSUMER, subscription: { group, subscriptions: other } },
    'lite group LiteGroup is expected to bind topic Parent, but actual is Other',
  ],
])('%s is refused', async (_what, settings, text) => {
  const { client } = await started()
  const stream = client.telemetry()
  const failed = new Promise<ServiceError>(resolve => stream.once('error', resolve))
  stream.resume()
  stream.write({ settings })
  const { code, details } = await failed
  expect(code).toBe(grpcStatus.INVALID_ARGUMENT)
  expect(details).toContain(text)
})

function farewells(broker: FakeBroker): unknown[] {
  return broker
    .askedOf(RequestCode.LITE_SUBSCRIPTION_CTL)
    .flatMap(({ body }) => liteSubscriptionCtlJson.decode(body).subscriptionSet)
}

const farewell = { action: 'COMPLETE_REMOVE', clientId: 'client', group: 'LiteGroup', topic: 'Parent' }

test('a lite client that leaves has no lite topics any more', async () => {
  const { broker, client } = await started()
  await connected(client, lite)
  await client.call('NotifyClientTermination', { group })
  await eventually(() => farewells(broker).length > 0)
  expect(farewells(broker)).toMatchObject([farewell])
})

test('a lite client whose stream breaks off has none either, unless it has another stream by then', async () => {
  const { broker, client } = await started()
  const [first] = await connected(client, lite)
  const [second] = await connected(client, lite)
  first.cancel()
  await client.call('Heartbeat', { group })
  expect(farewells(broker)).toEqual([])
  second.cancel()
  await eventually(() => farewells(broker).length > 0)
  expect(farewells(broker)).toMatchObject([farewell])
})
