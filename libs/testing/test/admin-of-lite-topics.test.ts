import { v2 } from '@rocketmq-ts/protocol/grpc'
import { RawGrpcClient } from '@rocketmq-ts/testing'
import { httpClient } from './support/http-client'
import { useClusterProxy, useStandaloneProxy } from './support/standalone-proxy'

const lite = { enableLmq: 'true', enableMultiDispatch: 'true' }
const GROUP = 'readers'
const CLIENT = 'reader-1'
const TOPIC = 'Rooms'
const group = { name: GROUP }
const topic = { name: TOPIC }
const { Code } = v2

describe.each([
  ['in the process of its broker', useStandaloneProxy(lite)],
  ['in front of a broker', useClusterProxy(lite)],
])('a proxy %s', (_, server) => {
  const http = httpClient(server.httpUrl)
  let client: RawGrpcClient
  beforeAll(async () => {
    client = new RawGrpcClient(server.endpoints(), { 'x-mq-client-id': CLIENT })
    await http.put(`/v1/topics/${TOPIC}`, { type: 'LITE' })
    await http.put(`/v1/groups/${GROUP}`, { liteTopicsOf: TOPIC })
    const subscription = { subscriptions: [{ topic, expression: { expression: '*' } }], group }
    const clientType = v2.ClientType.LITE_PUSH_CONSUMER
    await client.connect({ settings: { clientType, subscription: { ...subscription, fifo: false } } })
    await client.call('Heartbeat', { group, clientType })
    const action = v2.LiteSubscriptionAction.COMPLETE_ADD
    const [answer] = await client.call('SyncLiteSubscription', { action, topic, group, liteTopicSet: ['red'] })
    expect(answer?.status?.code).toBe(Code.OK)
    for (const [liteTopic, body] of [
      ['red', 'r0'],
      ['blue', 'b0'],
      ['red', 'r1'],
      ['red', 'r2'],
    ]) {
      expect((await http.post(`/v1/topics/${TOPIC}/messages`, { body, liteTopic })).status).toBe(201)
    }
  })
  afterAll(() => client.close())

  test('shows what a lite topic holds, page by page', async () => {
    const bodies: string[] = []
    let scrollId = ''
    do {
      const page = await client.administer('QueryMessage', { topic, liteTopic: 'red', pageSize: 2, scrollId })
      expect(page.status?.code).toBe(Code.OK)
      bodies.push(...page.messages.map(({ body }) => Buffer.from(body ?? '').toString()))
      scrollId = page.scrollId
    } while (scrollId !== '')
    expect(bodies).toEqual(['r0', 'r1', 'r2'])
    const none = await client.administer('QueryMessage', { topic, liteTopic: 'green' })
    expect([none.status?.code, none.messages]).toEqual([Code.OK, []])
  })

  test('shows it by HTTP too, with where to go on', async () => {
    const { json } = await http.get(`/v1/topics/${TOPIC}/queues`)
    const [{ brokerName } = { brokerName: '' }] = (json as { queues: { brokerName: string }[] }).queues
    const path = `/v1/topics/${TOPIC}/queues/${brokerName}`
    const first = await http.get(`${path}/0/messages?liteTopic=red&limit=2`)
    expect(first.json).toMatchObject({ messages: [{ body: 'r0', liteTopic: 'red' }, { body: 'r1' }], next: '2' })
    const second = await http.get(`${path}/0/messages?liteTopic=red&from=2`)
    expect(second.json).toMatchObject({ messages: [{ body: 'r2' }], next: '3' })
    expect((await http.get(`${path}/1/messages?liteTopic=red`)).status).toBe(404)
  })

  test('counts what a group has before it of one lite topic', async () => {
    const received = await client.call('ReceiveMessage', {
      ...{ group, batchSize: 1, messageQueue: { topic }, filterExpression: { expression: '*' } },
      ...{ invisibleDuration: { seconds: 30 }, autoRenew: false, longPollingTimeout: { seconds: 10 } },
    })
    const messages = received.flatMap(({ message }) => message ?? [])
    const entries = messages.map(({ systemProperties }) => ({
      messageId: systemProperties?.messageId ?? '',
      receiptHandle: systemProperties?.receiptHandle ?? '',
      liteTopic: 'red',
    }))
    expect(entries).toHaveLength(1)
    const [acked] = await client.call('AckMessage', { group, topic, entries })
    expect(acked?.status?.code).toBe(Code.OK)
    const left = await client.administer('DescribeGroupAccumulation', { group, liteTopic: 'red' })
    expect(left.status?.code).toBe(Code.OK)
    expect(left.liteTopicAccumulation['red']).toMatchObject({ accumulation: 2, readyMessages: 2 })
    const none = await client.administer('DescribeGroupAccumulation', { group, liteTopic: 'green' })
    expect(none.status?.code).toBe(Code.TOPIC_NOT_FOUND)
  })

  test('tells who has a lite topic', async () => {
    const having = async (liteTopic: string): Promise<readonly unknown[]> => {
      const { status, clientInfo } = await client.administer('ListConsumerConnection', { group, liteTopic })
      expect(status?.code).toBe(Code.OK)
      return clientInfo.map(({ clientId }) => clientId)
    }
    expect(await having('red')).toEqual([CLIENT])
    expect(await having('blue')).toEqual([])
  })
})
