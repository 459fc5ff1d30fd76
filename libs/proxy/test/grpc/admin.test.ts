import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import {
  consumeMessageDirectlyResultJson,
  consumerConnectionJson,
  consumerRunningInfoJson,
  consumeStatsJson,
  encodeMessageId,
  groupListJson,
  liteGroupInfoJson,
  liteTopicInfoJson,
  MQ_VERSION,
  RemotingResponse,
  RequestCode,
  ResponseCode,
  topicListJson,
} from '@rocketmq-ts/protocol'
import type { ConsumerConnection, ConsumerRunningInfo } from '@rocketmq-ts/protocol'
import { timestampOfMs, v2 } from '@rocketmq-ts/protocol/grpc'
import type { FakeBroker } from '../support/fake-broker'
import { useGrpcFaces } from '../support/grpc-face'
import type { TestedClient } from '../support/grpc-face'
import { storedRecord } from '../support/stored-record'

const faces = useGrpcFaces()
const { Code } = v2
const topic = { name: 'T' }
const group = { name: 'G' }

async function started(
  changes = {},
  more = {},
): Promise<{ broker: FakeBroker; client: TestedClient; address: string }> {
  const { face, broker } = await faces.face(changes, more)
  broker.topics.set('SELF_TEST_TOPIC', {})
  broker.topics.set('T', { type: 'FIFO', readQueueNums: 2, writeQueueNums: 2 })
  return { broker, client: faces.client(face.address), address: face.address }
}

const subscription = (name: string, subString: string, subVersion = 5000) => ({
  ...{ topic: name, subString, expressionType: 'TAG', subVersion, tagsSet: [], codeSet: [], classFilterMode: false },
})
const connected: ConsumerConnection = {
  connectionSet: [
    { clientId: 'java@1', clientAddr: '10.0.0.9:4444', language: 'JAVA', version: MQ_VERSION },
    { clientId: 'java@2', clientAddr: '10.0.0.8:4444', language: 'JAVA', version: MQ_VERSION },
  ],
  consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
  consumeType: 'CONSUME_PASSIVELY',
  messageModel: 'CLUSTERING',
  subscriptionTable: new Map([
    ['T', subscription('T', 'a||b')],
    ['%RETRY%G', subscription('%RETRY%G', '*')],
  ]),
}

/** Group G consumes T, and has consumed from OLD. */
function withGroup(broker: FakeBroker): void {
  const success = (body: Buffer) => () => RemotingResponse.success(null, body)
  broker.answers.set(RequestCode.GET_CONSUMER_CONNECTION_LIST, ({ fields }) =>
    fields['consumerGroup'] === 'G'
      ? RemotingResponse.success(null, consumerConnectionJson.encode(connected))
      : RemotingResponse.refusal(ResponseCode.CONSUMER_NOT_ONLINE, 'not online'),
  )
  const topics = { brokerAddr: null, topicList: ['T', 'OLD', '%RETRY%G'] }
  broker.answers.set(RequestCode.QUERY_TOPICS_BY_CONSUMER, success(topicListJson.encode(topics)))
  broker.answers.set(
    RequestCode.QUERY_TOPIC_CONSUME_BY_WHO,
    success(groupListJson.encode({ groupList: ['G', 'IDLE'] })),
  )
}

function running(subString: string): ConsumerRunningInfo {
  const queue = {
    ...{ commitOffset: 5, cachedMsgMinOffset: 6, cachedMsgMaxOffset: 7, cachedMsgCount: 2, cachedMsgSizeInMiB: 1 },
    ...{ transactionMsgMinOffset: 0, transactionMsgMaxOffset: 0, transactionMsgCount: 0, locked: true },
    ...{ tryUnlockTimes: 0, lastLockTimestamp: 8, droped: true, lastPullTimestamp: 9, lastConsumeTimestamp: 10 },
  }
  const status = { consumeFailedMsgs: 1, consumeFailedTPS: 2, consumeOKTPS: 3, consumeRT: 4, pullRT: 5, pullTPS: 6 }
  return {
    jstack: 'at main',
    mqPopTable: new Map(),
    mqTable: new Map([[{ brokerName: 'broker-a', queueId: 1, topic: 'T' }, queue]]),
    properties: new Map([['PROP_CONSUME_TYPE', 'CONSUME_PASSIVELY']]),
    statusTable: new Map([['T', status]]),
    subscriptionSet: [subscription('T', subString)],
    userConsumerInfo: new Map(),
  }
}

test('the level of the logs is changed, and a level that there is not is refused', async () => {
  const levels: string[] = []
  const { client } = await started({}, { changeLogLevel: (level: string) => levels.push(level) })
  const { remark } = await client.administer('ChangeLogLevel', { level: v2.ChangeLogLevelRequest.Level.WARN })
  expect([remark, levels]).toEqual(['the log level is warn until the next start', ['warn']])
  const unheardOf = JSON.parse('{"level":9}') as { level: v2.ChangeLogLevelRequest.Level }
  await expect(client.administer('ChangeLogLevel', unheardOf)).rejects.toThrow(
    '3 INVALID_ARGUMENT: there is no level 9',
  )
})

test('nobody administers where it is switched off', async () => {
  const { client } = await started({ grpcAdminAccess: 'nobody' })
  const { status } = await client.administer('GetTopicRoute', { topic })
  expect([status?.code, status?.message]).toEqual([
    Code.FORBIDDEN,
    'administration by gRPC is switched off: grpcAdminAccess=nobody',
  ])
  await expect(client.administer('ChangeLogLevel', { level: v2.ChangeLogLevelRequest.Level.INFO })).rejects.toThrow(
    'PERMISSION_DENIED',
  )
})

test.each([
  ['PROXY TCP4 10.1.2.3 10.0.0.1 1 2\r\n', 'local', Code.FORBIDDEN],
  ['PROXY TCP4 10.1.2.3 10.0.0.1 1 2\r\n', 'everyone', Code.OK],
  ['PROXY TCP4 127.0.0.1 10.0.0.1 1 2\r\n', 'local', Code.OK],
])(
  'who comes by a balancer that says %j is, with access for %s, answered %i',
  async (header, grpcAdminAccess, code) => {
    const { address } = await started({ grpcAdminAccess })
    const { status } = await faces.client(await balancerBefore(address, header)).administer('GetTopicRoute', { topic })
    expect(status?.code).toBe(code)
  },
)

const balancers: Server[] = []
afterEach(() => {
  for (const balancer of balancers.splice(0)) balancer.close()
})

/** Says who comes, and hands on what it gets. */
async function balancerBefore(address: string, header: string): Promise<string> {
  const [host = '', port = ''] = address.split(':')
  const balancer = createServer(socket => {
    const onward = connect(Number(port), host)
    onward.write(header)
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.pipe(other)
      one.on('error', () => other.destroy())
    }
  })
  balancers.push(balancer)
  balancer.listen(0, '127.0.0.1')
  await once(balancer, 'listening')
  return `127.0.0.1:${(balancer.address() as AddressInfo).port}`
}

test('a topic is described, and its route shown as NameServers have it', async () => {
  const { client } = await started()
  const described = await client.administer('DescribeTopicStatus', { topic })
  expect([described.topicMessageType, described.description, described.tags]).toEqual([
    v2.MessageType.FIFO,
    'queues of broker-a: 2 to read, 2 to write',
    { 'message.type': 'FIFO' },
  ])
  const { topicRouteData } = await client.administer('GetTopicRoute', { topic })
  expect(JSON.parse(topicRouteData)).toMatchObject({
    brokerDatas: [{ brokerName: 'broker-a', brokerAddrs: { 0: '127.0.0.1:10911' } }],
    queueDatas: [{ readQueueNums: 2 }],
  })
  const { status } = await client.administer('DescribeTopicStatus', { topic: { name: 'nowhere' } })
  expect(status?.code).toBe(Code.TOPIC_NOT_FOUND)
})

test('clients of a group are listed; of one that is not online, none', async () => {
  const { broker, client } = await started()
  withGroup(broker)
  const { clientInfo } = await client.administer('ListConsumerConnection', { group })
  expect(
    clientInfo.map(({ clientId, language, version, egressIp }) => [clientId, language, version, egressIp]),
  ).toEqual([
    ['java@1', 'JAVA', 'V5_5_0', '10.0.0.9'],
    ['java@2', 'JAVA', 'V5_5_0', '10.0.0.8'],
  ])
  const ofAnother = await client.administer('ListConsumerConnection', { group, topic: { name: 'OLD' } })
  const ofNobody = await client.administer('ListConsumerConnection', { group: { name: 'IDLE' } })
  expect([ofAnother.clientInfo, ofNobody.clientInfo, ofNobody.status?.code]).toEqual([[], [], Code.OK])
})

test('subscriptions are listed of a group or of a topic, those of the past too', async () => {
  const { broker, client } = await started()
  withGroup(broker)
  const ofGroup = await client.administer('ListSubscription', { group })
  expect(ofGroup.subscriptionInfo.map(one => [one.topic?.name, one.online, one.expression?.expression])).toEqual([
    ['OLD', false, undefined],
    ['T', true, 'a||b'],
  ])
  const ofTopic = await client.administer('ListSubscription', { topic })
  expect(ofTopic.subscriptionInfo.map(one => [one.group?.name, one.online])).toEqual([
    ['G', true],
    ['IDLE', false],
  ])
  const { status } = await client.administer('ListSubscription', {})
  expect(status?.code).toBe(Code.BAD_REQUEST)
})

test('clients of a group that do not subscribe to the same are found', async () => {
  const { broker, client } = await started()
  withGroup(broker)
  broker.answers.set(RequestCode.GET_CONSUMER_RUNNING_INFO, ({ fields }) => {
    const info = running(fields['clientId'] === 'java@1' ? 'a' : 'b')
    return RemotingResponse.success(null, consumerRunningInfoJson.encode(info))
  })
  const { clientSubscriptionInfo } = await client.administer('DescribeSubscription', { group })
  expect(
    clientSubscriptionInfo.map(({ clientInfo, subscriptionInfo }) => [
      clientInfo?.clientId,
      subscriptionInfo?.expression?.expression,
      subscriptionInfo?.subscriptionConsistency,
    ]),
  ).toEqual([
    ['java@1', 'a', false],
    ['java@2', 'b', false],
  ])
})

test('a client that does not say what it subscribes to is taken to do as its group', async () => {
  const { broker, client } = await started()
  withGroup(broker)
  const { clientSubscriptionInfo } = await client.administer('DescribeSubscription', { group, topic })
  expect(clientSubscriptionInfo.map(one => one.subscriptionInfo?.subscriptionConsistency)).toEqual([true, true])
})

test('that a subscription cannot be deleted is said, with what can be done', async () => {
  const { client } = await started()
  const { status } = await client.administer('DeleteSubscription', { group, topic })
  expect(status?.code).toBe(Code.UNSUPPORTED)
  expect(status?.message).toContain('delete the group as a whole')
})

test('what a group has before it is counted, by topic and in all', async () => {
  const { broker, client } = await started()
  const wrapper = (brokerOffset: number, consumerOffset: number, pullOffset: number, lastTimestamp: number) => ({
    ...{ brokerOffset, consumerOffset, pullOffset, lastTimestamp },
  })
  const offsetTable = new Map([
    [{ brokerName: 'broker-a', queueId: 0, topic: 'T' }, wrapper(10, 4, 6, 1000)],
    [{ brokerName: 'broker-a', queueId: 0, topic: 'U' }, wrapper(3, 3, 3, 7000)],
  ])
  broker.answers.set(RequestCode.GET_CONSUME_STATS, () =>
    RemotingResponse.success(null, consumeStatsJson.encode({ consumeTps: 0, offsetTable })),
  )
  const { accumulation, topicAccumulation } = await client.administer('DescribeGroupAccumulation', { group })
  expect(accumulation).toMatchObject({
    inflightMessages: 2,
    readyMessages: 4,
    accumulation: 6,
    lastConsumeTimestamp: 7000,
  })
  expect(topicAccumulation['T']).toMatchObject({ accumulation: 6, lastConsumeTimestamp: 1000 })
  expect(topicAccumulation['U']).toMatchObject({ accumulation: 0, deliverDelayTime: { seconds: 0 } })
})

/** What a broker says of group G in lite topic `l` of T: `totalLagCount` -1, it has no message of it. */
function liteGroupInfo(totalLagCount: number, offsets: { brokerOffset: number; consumerOffset: number } | null) {
  const liteTopicOffsetWrapper = offsets === null ? null : { ...offsets, lastTimestamp: 7000, pullOffset: 0 }
  const info = { group: 'G', parentTopic: 'T', liteTopic: 'l', lagCountTopK: null, lagTimestampTopK: null }
  return () =>
    RemotingResponse.success(
      null,
      liteGroupInfoJson.encode({ ...info, totalLagCount, earliestUnconsumedTimestamp: -1, liteTopicOffsetWrapper }),
    )
}

test('what a group has before it in a lite topic is counted, and one that nobody has is said to be none', async () => {
  const { broker, client } = await started()
  const ask = (more = {}) => client.administer('DescribeGroupAccumulation', { group, liteTopic: 'l', ...more })
  broker.answers.set(RequestCode.GET_LITE_GROUP_INFO, liteGroupInfo(3, { brokerOffset: 9, consumerOffset: 6 }))
  const { accumulation, liteTopicAccumulation, topicAccumulation } = await ask()
  const expected = { accumulation: 3, readyMessages: 3, inflightMessages: 0, lastConsumeTimestamp: 7000 }
  expect([accumulation, liteTopicAccumulation['l']]).toMatchObject([expected, expected])
  expect(topicAccumulation).toEqual({})
  const [asked] = broker.askedOf(RequestCode.GET_LITE_GROUP_INFO)
  expect(asked?.fields).toMatchObject({ group: 'G', liteTopic: 'l' })
  expect((await ask({ topics: [topic] })).accumulation).toMatchObject(expected)
  expect((await ask({ topics: [{ name: 'U' }] })).status?.code).toBe(Code.ILLEGAL_TOPIC)

  broker.answers.set(RequestCode.GET_LITE_GROUP_INFO, liteGroupInfo(0, null))
  expect((await ask()).accumulation).toMatchObject({ accumulation: 0 })
  broker.answers.set(RequestCode.GET_LITE_GROUP_INFO, liteGroupInfo(-1, null))
  const none = (await ask()).status
  expect(none?.code).toBe(Code.TOPIC_NOT_FOUND)
  expect(none?.message).toContain('l of T')
  broker.answers.set(RequestCode.GET_LITE_GROUP_INFO, () =>
    RemotingResponse.refusal(ResponseCode.INVALID_PARAMETER, 'not a lite group'),
  )
  expect((await ask()).status).toMatchObject({ code: Code.BAD_REQUEST, message: 'not a lite group' })
})

test('of the clients of a group those are told that subscribe to a lite topic', async () => {
  const { broker, client } = await started()
  withGroup(broker)
  const subscribers = (...clientIds: readonly string[]) => {
    const subscriber = [
      { clientId: 'java@1', group: 'OTHER' },
      ...clientIds.map(clientId => ({ clientId, group: 'G' })),
    ]
    const topicOffset = { minOffset: 0, maxOffset: 1, lastUpdateTimestamp: 1 }
    const info = { parentTopic: 'T', liteTopic: 'l', shardingToBroker: true, subscriber, topicOffset }
    broker.answers.set(RequestCode.GET_LITE_TOPIC_INFO, () =>
      RemotingResponse.success(null, liteTopicInfoJson.encode(info)),
    )
  }
  broker.answers.set(RequestCode.GET_LITE_GROUP_INFO, liteGroupInfo(0, null))
  const found = async (more = {}) => {
    const { clientInfo } = await client.administer('ListConsumerConnection', { group, liteTopic: 'l', ...more })
    return clientInfo.map(({ clientId }) => clientId)
  }
  subscribers('java@2', 'gone')
  expect(await found()).toEqual(['java@2'])
  expect(await found({ topic })).toEqual(['java@2'])
  expect(await found({ topic: { name: 'U' } })).toEqual([])
  subscribers('*')
  expect(await found()).toEqual(['java@1', 'java@2'])
  subscribers()
  expect(await found()).toEqual([])
  expect(broker.askedOf(RequestCode.GET_LITE_TOPIC_INFO)[0]?.fields).toMatchObject({ parentTopic: 'T', liteTopic: 'l' })
})

test('offsets of a group are reset by a time, and a broker that refuses is heard', async () => {
  const { broker, client } = await started()
  const ask = () => client.administer('ResetGroupOffset', { group, topic, resetTimestamp: timestampOfMs(1234) })
  broker.answers.set(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, () => RemotingResponse.success())
  expect((await ask()).status?.code).toBe(Code.OK)
  const [asked] = broker.askedOf(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET)
  expect(asked?.fields).toMatchObject({ group: 'G', topic: 'T', timestamp: '1234', isForce: 'true' })
  broker.answers.set(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, () =>
    RemotingResponse.refusal(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, 'no such group'),
  )
  expect((await ask()).status).toMatchObject({ code: Code.CONSUMER_GROUP_NOT_FOUND, message: 'no such group' })
  const { status } = await client.administer('ResetGroupOffset', { group, topic })
  expect(status?.code).toBe(Code.BAD_REQUEST)
})

/** Two queues of three messages each, stored at 1000, 2000 and 3000 ms. */
function withMessages(broker: FakeBroker): void {
  const offset = (value: number) => RemotingResponse.success({ offset: String(value) })
  broker.answers.set(RequestCode.GET_MAX_OFFSET, () => offset(3))
  broker.answers.set(RequestCode.GET_MIN_OFFSET, () => offset(0))
  broker.answers.set(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, ({ fields }) =>
    offset(Math.max(0, Math.ceil(Number(fields['timestamp']) / 1000) - 1)),
  )
  broker.answers.set(RequestCode.PULL_MESSAGE, ({ fields }) => {
    const [queueId, from, count] = ['queueId', 'queueOffset', 'maxMsgNums'].map(name => Number(fields[name])) as [
      number,
      number,
      number,
    ]
    const offsets = [0, 1, 2].slice(from, from + count)
    const records = offsets.map(queueOffset =>
      storedRecord({
        ...{ topic: 'T', body: `${queueId}/${queueOffset}`, queueId, queueOffset },
        storeTimestamp: (queueOffset + 1) * 1000,
        properties: { TAGS: queueOffset === 1 ? 'odd' : 'even', UNIQ_KEY: `ID${queueId}${queueOffset}`, KEYS: 'k' },
      }),
    )
    return RemotingResponse.success({ nextBeginOffset: String(from + offsets.length) }, Buffer.concat(records))
  })
}

async function bodies(
  client: TestedClient,
  question: Parameters<TestedClient['administer']>[1],
): Promise<[string[], string]> {
  const { messages, scrollId } = await client.administer('QueryMessage', { topic, ...question })
  return [messages.map(({ body }) => Buffer.from(body ?? '').toString()), scrollId]
}

test('messages of a topic are browsed by their time, queue by queue and page by page', async () => {
  const { broker, client } = await started()
  withMessages(broker)
  const all = ['0/0', '0/1', '0/2', '1/0', '1/1', '1/2']
  expect(await bodies(client, {})).toEqual([all, ''])
  const times = { beginTimestamp: timestampOfMs(1500), endTimestamp: timestampOfMs(2500) }
  expect(await bodies(client, times)).toEqual([['0/1', '1/1'], ''])
  expect((await bodies(client, { pageSize: 2, pageNum: 2 }))[0]).toEqual(all.slice(2, 4))
  expect((await bodies(client, { brokerName: 'broker-a', queueId: 1 }))[0]).toEqual(all.slice(3))
  expect((await bodies(client, { subscription: 'odd' }))[0]).toEqual(['0/1', '1/1'])
  const scrolled: string[] = []
  let scroll = ''
  do {
    const [page, next] = await bodies(client, { pageSize: 4, scrollId: scroll })
    scrolled.push(...page)
    scroll = next
  } while (scroll !== '')
  expect(scrolled).toEqual(all)
  const { status } = await client.administer('QueryMessage', { topic, scrollId: 'x' })
  expect(status?.code).toBe(Code.BAD_REQUEST)
})

test('a message is found by its id, others by their key, and none is said to be none', async () => {
  const { broker, client } = await started()
  broker.answers.set(RequestCode.QUERY_MESSAGE, ({ fields }) => {
    const properties = { UNIQ_KEY: 'ID', KEYS: 'k' }
    if (!['ID', 'k'].includes(fields['key'] ?? ''))
      return RemotingResponse.refusal(ResponseCode.QUERY_NOT_FOUND, 'none')
    return RemotingResponse.success(null, storedRecord({ topic: 'T', body: 'found', properties }))
  })
  expect(await bodies(client, { messageId: 'ID' })).toEqual([['found'], ''])
  expect((await bodies(client, { messageKey: 'k', beginTimestamp: timestampOfMs(7) }))[0]).toEqual(['found'])
  expect(broker.askedOf(RequestCode.QUERY_MESSAGE).at(-1)?.fields).toMatchObject({ beginTimestamp: '7' })
  const { status } = await client.administer('QueryMessage', { topic, messageId: 'another' })
  expect(status?.code).toBe(Code.MESSAGE_NOT_FOUND)
})

test('messages of a lite topic are browsed as those of one queue', async () => {
  const { broker, client } = await started()
  withMessages(broker)
  const topicOffset = { minOffset: 0, maxOffset: 2, lastUpdateTimestamp: 1 }
  const info = { parentTopic: 'T', liteTopic: 'l', shardingToBroker: true, subscriber: [], topicOffset }
  broker.answers.set(RequestCode.GET_LITE_TOPIC_INFO, () =>
    RemotingResponse.success(null, liteTopicInfoJson.encode(info)),
  )
  expect(await bodies(client, { liteTopic: 'l', pageSize: 1 })).toEqual([['0/0'], expect.stringMatching(/./)])
  const [pulled] = broker.askedOf(RequestCode.PULL_MESSAGE)
  expect(pulled?.fields).toMatchObject({ topic: 'T', queueId: '0', liteTopic: 'l' })
  expect(broker.askedOf(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP)[0]?.fields).toMatchObject({ liteTopic: 'l' })
  expect((await bodies(client, { liteTopic: 'l' }))[0].length).toBeGreaterThan(1)
})

test('of each queue of a group it is told between which times its messages were stored', async () => {
  const { broker, client } = await started()
  withMessages(broker)
  const wrapper = { brokerOffset: 3, consumerOffset: 3, pullOffset: 3, lastTimestamp: 3000 }
  const offsetTable = new Map([[{ brokerName: 'broker-a', queueId: 1, topic: 'T' }, wrapper]])
  broker.answers.set(RequestCode.GET_CONSUME_STATS, () =>
    RemotingResponse.success(null, consumeStatsJson.encode({ consumeTps: 0, offsetTable })),
  )
  const { queueTimeSpanList } = await client.administer('QueryTimeSpan', { group, topics: [topic] })
  expect(queueTimeSpanList).toMatchObject([
    { messageQueue: { id: 1 }, minTimestamp: 1000, maxTimestamp: 3000, consumeTimestamp: 3000, delayTimeMs: 0 },
  ])
  expect((await client.administer('QueryTimeSpan', { group })).status?.code).toBe(Code.ILLEGAL_TOPIC)
})

test('an administrator sends, and gets an id where it gave none', async () => {
  const { broker, client } = await started()
  const answer = { queueId: '0', queueOffset: '0', msgId: encodeMessageId(Buffer.alloc(8), 0) }
  broker.answers.set(RequestCode.SEND_MESSAGE_V2, () => RemotingResponse.success(answer))
  const sent = await client.administer('AdminSendMessage', {
    ...{ topic, tag: 'a', key: 'k', body: Buffer.from('hello'), userProperties: { p: 'v' } },
  })
  expect([sent.status?.code, /^01[0-9A-F]{32}$/.test(sent.messageId)]).toEqual([Code.OK, true])
  const [asked] = broker.askedOf(RequestCode.SEND_MESSAGE_V2)
  for (const property of [
    'TAGS\u0001a\u0002',
    'KEYS\u0001k\u0002',
    'p\u0001v\u0002',
    `UNIQ_KEY\u0001${sent.messageId}\u0002`,
  ]) {
    expect(asked?.fields['i']).toContain(property)
  }
  const { status } = await client.administer('AdminSendMessage', { topic, body: Buffer.alloc(0) })
  expect(status?.code).toBe(Code.MESSAGE_BODY_EMPTY)
})

test('a consumer that did not come here is asked by the broker that it is connected to', async () => {
  const { broker, client } = await started()
  withGroup(broker)
  const whom = { group, clientId: 'java@1' }
  const info = consumerRunningInfoJson.encode(running('a'))
  broker.answers.set(RequestCode.GET_CONSUMER_RUNNING_INFO, () => RemotingResponse.success(null, info))
  const stack = await client.administer('PrintThreadStackTrace', whom)
  expect([stack.status?.code, stack.threadStackTrace]).toEqual([Code.OK, 'at main'])
  const { consumerRunningInfo } = await client.administer('GetConsumerRunningInfo', whom)
  expect(consumerRunningInfo).toMatchObject({
    properties: { PROP_CONSUME_TYPE: 'CONSUME_PASSIVELY' },
    subscriptions: { T: { expression: 'a' } },
    messageQueueTable: [
      { messageQueue: { id: 1 }, processQueueInfo: { commitOffset: 5, dropped: true, locked: true } },
    ],
    consumeStatusTable: { T: { receiveRt: 5, receiveTps: 6, consumeOkTps: 3, consumeFailedMsgs: 1 } },
  })
  const nobody = await client.administer('GetConsumerRunningInfo', { group, clientId: 'nobody' })
  expect(nobody.status?.code).toBe(Code.NOT_FOUND)
  const unnamed = await client.administer('GetConsumerRunningInfo', { group, clientId: ' ' })
  expect(unnamed.status?.code).toBe(Code.CLIENT_ID_REQUIRED)
})

test.each([
  ['CR_SUCCESS', Code.OK],
  ['CR_LATER', Code.FAILED_TO_CONSUME_MESSAGE],
  ['CR_RETURN_NULL', Code.MESSAGE_CORRUPTED],
] as const)('a message that a remoting consumer takes with %s is verified with %i', async (consumeResult, code) => {
  const { broker, client } = await started()
  withGroup(broker)
  const record = storedRecord({ topic: 'T', body: 'x', properties: { UNIQ_KEY: 'ID' } })
  broker.answers.set(RequestCode.QUERY_MESSAGE, () => RemotingResponse.success(null, record))
  const result = { autoCommit: true, consumeResult, order: false, remark: 'its words', spentTimeMills: 1 }
  broker.answers.set(RequestCode.CONSUME_MESSAGE_DIRECTLY, () =>
    RemotingResponse.success(null, consumeMessageDirectlyResultJson.encode(result)),
  )
  const { status } = await client.administer('VerifyMessage', { group, topic, clientId: 'java@1', messageId: 'ID' })
  expect(status?.code).toBe(code)
  const [asked] = broker.askedOf(RequestCode.CONSUME_MESSAGE_DIRECTLY)
  expect(asked?.fields).toMatchObject({
    consumerGroup: 'G',
    clientId: 'java@1',
    msgId: '7F00000100002A9F0000000000001000',
  })
})

test('a consumer that came here is asked by its Telemetry stream, and counted', async () => {
  const { broker, client, address } = await started()
  const record = storedRecord({ topic: 'T', body: 'x', properties: { UNIQ_KEY: 'ID' } })
  broker.answers.set(RequestCode.QUERY_MESSAGE, () => RemotingResponse.success(null, record))
  const telemetry = faces.client(address).telemetry()
  const next = async () => ((await once(telemetry, 'data')) as [v2.TelemetryCommand])[0]
  telemetry.write({ settings: { clientType: v2.ClientType.SIMPLE_CONSUMER, subscription: { group } } })
  await next()
  const whom = { group, clientId: 'client' }
  const stack = client.administer('PrintThreadStackTrace', whom)
  const { printThreadStackTraceCommand: asked } = await next()
  telemetry.write({ threadStackTrace: { nonce: asked?.nonce ?? '', threadStackTrace: 'goroutine 1' } })
  expect((await stack).threadStackTrace).toBe('goroutine 1')
  const verified = client.administer('VerifyMessage', { ...whom, topic, messageId: 'ID' })
  const { verifyMessageCommand } = await next()
  telemetry.write({
    status: { code: Code.FAILED_TO_CONSUME_MESSAGE },
    verifyMessageResult: { nonce: verifyMessageCommand?.nonce ?? '' },
  })
  expect((await verified).status?.code).toBe(Code.FAILED_TO_CONSUME_MESSAGE)
  const { consumerRunningInfo } = await client.administer('GetConsumerRunningInfo', whom)
  expect(consumerRunningInfo?.properties).toMatchObject({ PROP_CONSUME_TYPE: 'CONSUME_ACTIVELY' })
  const stats = await client.administer('GetProxyRuntimeStats', {})
  expect(stats).toMatchObject({ version: 'V5_5_0', connections: 2, producers: 0, consumers: 1 })
})
