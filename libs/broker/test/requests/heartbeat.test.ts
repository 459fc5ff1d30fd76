import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import { nodeDisk, silentLog, systemClock } from '@rocketmq-ts/base'
import { kvTableJson, RemotingCommand, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import { remotingConfigSchema, RemotingClient } from '@rocketmq-ts/remoting'
import { useFakeNameServers } from '../support/fake-name-server'
import { useBrokers } from '../support/use-brokers'

const startBroker = useBrokers()
const startNameServer = useFakeNameServers()
const clients: RemotingClient[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.stop()
})

const subscription = (topic: string, subVersion = 1) => ({
  ...{ topic, subVersion, subString: '*', expressionType: 'TAG', classFilterMode: false, codeSet: [], tagsSet: [] },
})

const consumer = (groupName: string, topics: readonly string[], given: object = {}) => ({
  groupName,
  consumeType: 'CONSUME_PASSIVELY',
  messageModel: 'CLUSTERING',
  consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
  subscriptionDataSet: topics.map(topic => subscription(topic)),
  unitMode: false,
  ...given,
})

/** A client with a connection of its own, and the notices of changed groups that it gets. */
async function connect(port: number) {
  const notices: string[] = []
  const waiting: (() => void)[] = []
  const client = new RemotingClient(remotingConfigSchema.parse({}), {
    ...{ clock: systemClock, disk: nodeDisk, log: silentLog },
    handlers: {
      [RequestCode.NOTIFY_CONSUMER_IDS_CHANGED]: request => {
        notices.push(request.command.extFields['consumerGroup'] ?? '')
        for (const wake of waiting.splice(0)) wake()
      },
    },
  })
  clients.push(client)
  await client.start()
  const ask = (code: number, extFields: Record<string, string> = {}, body?: unknown): Promise<IncomingCommand> => {
    const bytes = body === undefined ? null : Buffer.from(JSON.stringify(body))
    return client.invoke(`127.0.0.1:${port}`, RemotingCommand.request(code, extFields, bytes), 5_000)
  }
  return {
    notices,
    ask,
    beat: (body: object) => ask(RequestCode.HEART_BEAT, {}, { heartbeatFingerprint: 0, withoutSub: false, ...body }),
    stop: () => client.stop(),
    noticeCount: async (count: number): Promise<void> => {
      while (notices.length < count) await new Promise<void>(resolve => waiting.push(resolve))
    },
  }
}

const consumerList = (asker: { ask: (code: number, ext: Record<string, string>) => Promise<IncomingCommand> }) =>
  asker.ask(RequestCode.GET_CONSUMER_LIST_BY_GROUP, { consumerGroup: 'GroupA' })

test('a heartbeat makes the group and its retry topic, which NameServers know before the answer', async () => {
  const nameServer = await startNameServer()
  const { broker } = await startBroker({ namesrvAddr: nameServer.address })
  const client = await connect(broker.port)
  const answer = await client.beat({
    clientID: 'cid-1',
    producerDataSet: [{ groupName: 'PG' }],
    consumerDataSet: [consumer('GroupA', ['TopicA', '%RETRY%GroupA'])],
  })
  expect(answer.extFields).toEqual({ IS_SUPPORT_HEART_BEAT_V2: 'true', IS_SUB_CHANGE: 'true' })
  expect(nameServer.lastTopics()).toEqual(['%RETRY%GroupA'])

  const group = await client.ask(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, { group: 'GroupA' })
  expect(group.code).toBe(ResponseCode.SUCCESS)
  const topic = await client.ask(RequestCode.GET_TOPIC_CONFIG, { topic: '%RETRY%GroupA' })
  expect(JSON.parse(topic.body?.toString() ?? '')).toMatchObject({ readQueueNums: 1, perm: 6, order: false })
  expect((await consumerList(client)).body?.toString()).toBe('{"consumerIdList":["cid-1"]}')
})

test('the retry topic of a group that consumes an ordered topic in units is ordered and of units', async () => {
  const nameServer = await startNameServer()
  nameServer.orderedTopics = ['BenchmarkTest']
  const { broker } = await startBroker({ namesrvAddr: nameServer.address })
  const client = await connect(broker.port)
  await client.beat({ clientID: 'cid-1', consumerDataSet: [consumer('GroupA', ['BenchmarkTest'], { unitMode: true })] })
  const topic = await client.ask(RequestCode.GET_TOPIC_CONFIG, { topic: '%RETRY%GroupA' })
  expect(JSON.parse(topic.body?.toString() ?? '')).toMatchObject({ order: true, topicSysFlag: 2 })
})

test('members are told of each other: the newcomer too, and when one leaves or is lost', async () => {
  const { broker } = await startBroker()
  const [first, second, third] = [await connect(broker.port), await connect(broker.port), await connect(broker.port)]
  await first.beat({ clientID: 'cid-1', consumerDataSet: [consumer('GroupA', ['TopicA'])] })
  await first.noticeCount(1)
  await second.beat({ clientID: 'cid-2', consumerDataSet: [consumer('GroupA', ['TopicA'])] })
  await Promise.all([first.noticeCount(2), second.noticeCount(1)])
  await third.beat({ clientID: 'cid-3', consumerDataSet: [consumer('GroupA', ['TopicA'])] })
  await Promise.all([first.noticeCount(3), second.noticeCount(2), third.noticeCount(1)])

  await second.ask(RequestCode.UNREGISTER_CLIENT, { clientID: 'cid-2', consumerGroup: 'GroupA' })
  await Promise.all([first.noticeCount(4), third.noticeCount(2)])
  await third.stop()
  await first.noticeCount(5)
  expect((await consumerList(first)).body?.toString()).toBe('{"consumerIdList":["cid-1"]}')
})

test('a group that is not made is passed over in silence', async () => {
  const { broker } = await startBroker({ autoCreateSubscriptionGroup: 'false' })
  const client = await connect(broker.port)
  const answer = await client.beat({ clientID: 'cid-1', consumerDataSet: [consumer('GroupA', ['TopicA'])] })
  expect(answer.code).toBe(ResponseCode.SUCCESS)
  const list = await consumerList(client)
  expect([list.code, list.remark]).toEqual([ResponseCode.SYSTEM_ERROR, 'no consumer for this group, GroupA'])
})

test('consumers that pull by hand can be turned away', async () => {
  const { broker } = await startBroker({ rejectPullConsumerEnable: 'true' })
  const client = await connect(broker.port)
  const active = consumer('GroupA', ['TopicA'], { consumeType: 'CONSUME_ACTIVELY' })
  await client.beat({ clientID: 'cid-1', consumerDataSet: [active] })
  expect((await consumerList(client)).code).toBe(ResponseCode.SYSTEM_ERROR)
})

test('a second-version client sends its subscriptions once, and again when another member has others', async () => {
  const { broker } = await startBroker()
  const client = await connect(broker.port)
  const beat = (heartbeatFingerprint: number, withoutSub: boolean) =>
    client.beat({
      ...{ clientID: 'cid-1', heartbeatFingerprint, withoutSub },
      consumerDataSet: [consumer('GroupA', withoutSub ? [] : ['TopicA'])],
    })
  const isChanged = async (fingerprint: number, withoutSub: boolean): Promise<string | undefined> =>
    (await beat(fingerprint, withoutSub)).extFields['IS_SUB_CHANGE']
  expect(await isChanged(5, false)).toBe('false')
  expect(await isChanged(5, true)).toBe('false')
  expect(await isChanged(6, false)).toBe('true')

  const subscription = await client.ask(RequestCode.QUERY_SUBSCRIPTION_BY_CONSUMER, {
    group: 'GroupA',
    topic: 'TopicA',
  })
  expect(subscription.body?.toString()).toContain('"topic":"TopicA"')
})

test('a heartbeat without a body is an error, and the connection serves on', async () => {
  const { broker } = await startBroker()
  const client = await connect(broker.port)
  expect((await client.ask(RequestCode.HEART_BEAT)).code).toBe(ResponseCode.SYSTEM_ERROR)
  expect((await client.ask(RequestCode.UNREGISTER_CLIENT, { clientID: 'cid-1' })).code).toBe(ResponseCode.SUCCESS)
})

const NOT_SUPPORTED = /^The broker does not support consumer to filter message by SQL92$/
test.each([
  ['TAG', '*', 'false', ResponseCode.SUCCESS, /^$/],
  ['', '*', 'false', ResponseCode.SUCCESS, /^$/],
  ['SQL92', 'a > 5', 'false', ResponseCode.SYSTEM_ERROR, NOT_SUPPORTED],
  ['SQL92', 'a > 5', 'true', ResponseCode.SUCCESS, /^$/],
  ['SQL92', 'a > > 5', 'true', ResponseCode.SUBSCRIPTION_PARSE_FAILED, /^SQL92 expression, character 5, at "> 5": /],
  ['GROOVY', 'a > 5', 'true', ResponseCode.SUBSCRIPTION_PARSE_FAILED, /^there are no expressions of type GROOVY/],
])('may a consumer filter by %s "%s", with enablePropertyFilter=%s?', async (type, subString, isOn, code, remark) => {
  const { broker } = await startBroker({ enablePropertyFilter: isOn })
  const client = await connect(broker.port)
  const subscriptionData = { ...subscription('TopicA'), expressionType: type, subString }
  const body = { clientId: 'cid-1', group: 'GroupA', subscriptionData }
  const answer = await client.ask(RequestCode.CHECK_CLIENT_CONFIG, {}, body)
  expect(answer.code).toBe(code)
  expect(answer.remark ?? '').toMatch(remark)
})

test('an expression comes with a heartbeat, and a restart knows it', async () => {
  const started = await startBroker({ enablePropertyFilter: 'true' })
  const client = await connect(started.broker.port)
  const subscriptionDataSet = [{ ...subscription('TopicA'), expressionType: 'SQL92', subString: 'a > 5' }]
  await client.beat({ clientID: 'cid-1', consumerDataSet: [consumer('GroupA', [], { subscriptionDataSet })] })
  await client.stop()
  await started.broker.stop()
  const file = path.join(started.folder, 'config/consumerFilter.json')
  const kept = readFileSync(file, 'utf8')
  expect(kept).toContain('"expression":"a > 5"')
  expect(kept).toContain('"dead":true')
  const { broker } = await startBroker({ enablePropertyFilter: 'true' }, { folder: started.folder })
  const again = await connect(broker.port)
  await again.beat({ clientID: 'cid-1', consumerDataSet: [consumer('GroupA', [], { subscriptionDataSet })] })
  await again.stop()
  await broker.stop()
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    filterDataByTopic: {
      TopicA: { groupFilterData: { GroupA: { bornTime: bornTimeIn(kept), expression: 'a > 5', dead: true } } },
    },
  })
})

function bornTimeIn(kept: string): number {
  return Number(/"bornTime":(\d+)/.exec(kept)?.[1])
}

test('a group whose members subscribe to different things is named by brokerStatus and the metrics, until they agree', async () => {
  const { broker } = await startBroker({
    ...{ metricsExporterType: 'PROM', metricsPromExporterHost: '127.0.0.1', metricsPromExporterPort: '0' },
  })
  const [one, two] = [await connect(broker.port), await connect(broker.port)]
  const subscribe = (subString: string, subVersion: number): Promise<IncomingCommand> => {
    const subscriptionDataSet = [{ ...subscription('TopicA', subVersion), subString }]
    return two.beat({ clientID: 'two', consumerDataSet: [consumer('GroupA', [], { subscriptionDataSet })] })
  }
  const told = async (): Promise<unknown> => {
    const { body } = await one.ask(RequestCode.GET_BROKER_RUNTIME_INFO)
    const { table } = kvTableJson.decode(body ?? '{}')
    const metrics = await (await fetch(`http://127.0.0.1:${broker.metricsPort}/metrics`)).text()
    const [, group = ''] =
      /^rocketmq_consumer_subscription_inconsistent\{.*consumer_group="(\w+)".*\} 1$/m.exec(metrics) ?? []
    return [table.get('inconsistentSubscriptionGroupCount'), table.get('inconsistentSubscriptionGroups'), group]
  }
  await one.beat({ clientID: 'one', consumerDataSet: [consumer('GroupA', ['TopicA'])] })
  await subscribe('TagA', 2)
  expect(await told()).toEqual(['1', 'GroupA', 'GroupA'])
  await subscribe('*', 3)
  expect(await told()).toEqual(['0', '', ''])
})
