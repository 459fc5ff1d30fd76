import { RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import { useFakeNameServers } from './support/fake-name-server'
import { useBrokers } from './support/use-brokers'

const startBroker = useBrokers()
const startNameServer = useFakeNameServers()

test('a broker registers all its topics as it starts and takes itself out as it stops', async () => {
  const nameServer = await startNameServer()
  const { broker } = await startBroker({ namesrvAddr: nameServer.address, brokerClusterName: 'ClusterA' })
  expect(nameServer.registrations).toHaveLength(1)
  expect(nameServer.registrations[0]?.header).toMatchObject({
    brokerName: 'broker-a',
    brokerAddr: `127.0.0.1:${broker.port}`,
    haServerAddr: `127.0.0.1:${broker.port + 1}`,
    clusterName: 'ClusterA',
    brokerId: 0,
    compressed: false,
  })
  expect(nameServer.lastTopics()).toEqual(expect.arrayContaining(['TBW102', 'ClusterA', 'broker-a', 'SELF_TEST_TOPIC']))

  await broker.stop()
  expect(nameServer.codes).toEqual([RequestCode.REGISTER_BROKER, RequestCode.UNREGISTER_BROKER])
})

test('a broker serves without any NameServer', async () => {
  const { ask } = await startBroker()
  const response = await ask(RequestCode.GET_TOPIC_CONFIG, { topic: 'TBW102' })
  expect(response.code).toBe(ResponseCode.SUCCESS)
  expect(JSON.parse(response.body?.toString() ?? '')).toMatchObject({ topicName: 'TBW102', perm: 7, readQueueNums: 8 })
})

test('the VIP port serves sends and administration, and no pulls', async () => {
  const { broker, ask } = await startBroker()
  const topicConfig = await ask(RequestCode.GET_TOPIC_CONFIG, { topic: 'TBW102' }, null, broker.vipPort)
  expect(topicConfig.code).toBe(ResponseCode.SUCCESS)
  const pull = await ask(RequestCode.PULL_MESSAGE, {}, null, broker.vipPort)
  expect(pull.code).toBe(ResponseCode.REQUEST_CODE_NOT_SUPPORTED)
})

test('topics, groups and offsets are there again after a restart', async () => {
  const first = await startBroker()
  await first.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, {
    topic: 'TopicA',
    defaultTopic: 'TBW102',
    readQueueNums: '3',
    writeQueueNums: '3',
    perm: '6',
    topicFilterType: 'SINGLE_TAG',
  })
  await first.ask(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, { group: 'GroupA' })
  const offset = { consumerGroup: 'GroupA', topic: 'TopicA', queueId: '1' }
  const commit = await first.ask(RequestCode.UPDATE_CONSUMER_OFFSET, { ...offset, commitOffset: '7' })
  expect(commit.code).toBe(ResponseCode.SUCCESS)
  await first.broker.stop()

  const second = await startBroker({ autoCreateSubscriptionGroup: 'false' }, { folder: first.folder })
  const topic = await second.ask(RequestCode.GET_TOPIC_CONFIG, { topic: 'TopicA' })
  expect(JSON.parse(topic.body?.toString() ?? '')).toMatchObject({ readQueueNums: 3 })
  expect((await second.ask(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, { group: 'GroupA' })).code).toBe(0)
  expect((await second.ask(RequestCode.QUERY_CONSUMER_OFFSET, offset)).extFields).toMatchObject({ offset: '7' })
})

test('a message that was acknowledged is pulled after a restart', async () => {
  const first = await startBroker()
  const send = { a: 'PG', b: 'TopicA', c: 'TBW102', d: '4', e: '0', f: '0', g: '1700000000123', h: '0', m: 'false' }
  const sent = await first.ask(RequestCode.SEND_MESSAGE_V2, { ...send, i: '', j: '0', k: 'false' }, 'hello')
  expect(sent.code).toBe(ResponseCode.SUCCESS)
  await first.broker.stop()

  const second = await startBroker({}, { folder: first.folder })
  const pulled = await second.ask(RequestCode.PULL_MESSAGE, {
    consumerGroup: 'GroupA',
    topic: 'TopicA',
    queueId: '0',
    queueOffset: '0',
    maxMsgNums: '32',
    sysFlag: '4',
    commitOffset: '0',
    suspendTimeoutMillis: '0',
    subscription: '*',
    subVersion: '1',
  })
  expect(pulled.code).toBe(ResponseCode.SUCCESS)
  expect(pulled.body?.includes('hello')).toBe(true)
})

test('a change of the permission or of the NameServers at runtime is told at once', async () => {
  const [before, after] = [await startNameServer(), await startNameServer()]
  const { ask } = await startBroker({ namesrvAddr: before.address })
  await ask(RequestCode.UPDATE_BROKER_CONFIG, {}, 'brokerPermission=4')
  await before.until(() => before.registrations.length === 2)
  const { topicConfigTable, dataVersion } = before.registrations[1]?.body.topicConfigSerializeWrapper ?? {}
  expect(topicConfigTable?.get('BenchmarkTest')?.perm).toBe(4)
  expect(dataVersion?.counter).toBe(1)

  await ask(RequestCode.UPDATE_BROKER_CONFIG, {}, `namesrvAddr=${after.address}`)
  await after.until(() => after.registrations.length === 1)
  await before.until(() => before.codes.includes(RequestCode.UNREGISTER_BROKER))
})

test('a start that fails leaves nothing behind: the next one has the folder and the ports', async () => {
  const first = await startBroker()
  const { runtimeConfig, folder, broker } = first
  await broker.stop()
  await expect(startBroker({ brokerIP1: 'nobody.invalid' }, { folder })).rejects.toThrow('brokerIP1 = nobody.invalid')
  const second = await startBroker({ listenPort: String(runtimeConfig.values.listenPort) }, { folder })
  expect((await second.ask(RequestCode.GET_TOPIC_CONFIG, { topic: 'TBW102' })).code).toBe(ResponseCode.SUCCESS)
})
