import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { nodeDisk, silentLog, systemClock } from '@rocketmq-ts/base'
import {
  heartbeatDataJson,
  RemotingCommand,
  RemotingResponse,
  RequestCode,
  ResponseCode,
  topicRouteDataJson,
} from '@rocketmq-ts/protocol'
import { answering, RemotingClient, remotingConfigSchema } from '@rocketmq-ts/remoting'
import { Standalone, TestClient, TestPopper } from '@rocketmq-ts/testing'

const client = new TestClient()
let home = ''
let standalone: Standalone
let broker = ''
let proxy = ''

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'rocketmq-ts-'))
  standalone = new Standalone(home)
  await standalone.start()
  await client.start()
  broker = standalone.brokerAddress
  proxy = standalone.proxyRemotingAddress
})
afterAll(async () => {
  await client.stop()
  await standalone.stop()
  rmSync(home, { recursive: true, force: true })
})

test('a route leads to the proxy and nowhere else', async () => {
  await client.createTopic(broker, 'Led', 3)
  const { body } = await client.ask(proxy, RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic: 'Led' })
  const { brokerDatas, queueDatas } = topicRouteDataJson.decode(body)
  expect(brokerDatas.map(({ brokerName, brokerAddrs }) => [brokerName, [...brokerAddrs]])).toEqual([
    ['broker-a', [[0, proxy]]],
  ])
  expect(queueDatas).toMatchObject([{ brokerName: 'broker-a', readQueueNums: 3, writeQueueNums: 3 }])
  const missing = await client.ask(proxy, RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic: 'Nowhere' })
  expect(missing.code).toBe(ResponseCode.TOPIC_NOT_EXIST)
})

test('what is sent through the proxy is pulled through it, and its offset kept', async () => {
  await client.createTopic(broker, 'Through', 1)
  const sent = await client.send(proxy, { topic: 'Through', queueId: 0, body: 'one' })
  expect(sent).toMatchObject({ code: ResponseCode.SUCCESS, queueOffset: 0 })
  await client.sendBatch(proxy, [
    { topic: 'Through', queueId: 0, body: 'two' },
    { topic: 'Through', queueId: 0, body: 'three' },
  ])
  const pulled = await client.pullAll(proxy, 'Through', 0)
  expect(pulled.map(({ body }) => body.toString())).toEqual(['one', 'two', 'three'])
  expect(await client.maxOffset(proxy, 'Through', 0)).toBe(3)
  await client.commitOffset(proxy, { group: 'TestClient', topic: 'Through', queueId: 0, offset: 2 })
  expect(await client.queryOffset(broker, { group: 'TestClient', topic: 'Through', queueId: 0 })).toBe(2)
})

test('what wants no answer is handed on too', async () => {
  await client.createTopic(broker, 'Oneway', 1)
  await client.pull(proxy, { topic: 'Oneway', queueId: 0, queueOffset: 0 }) // makes the group
  const where = { consumerGroup: 'TestClient', topic: 'Oneway', queueId: '0' }
  const commit = RemotingCommand.request(RequestCode.UPDATE_CONSUMER_OFFSET, { ...where, commitOffset: '7' })
  await client.sendOneway(proxy, commit)
  // Requests of one connection are handed on in their order.
  const { extFields } = await client.ask(proxy, RequestCode.QUERY_CONSUMER_OFFSET, where)
  expect(extFields['offset']).toBe('7')
})

test('a pull that waits is answered when the message comes', async () => {
  await client.createTopic(broker, 'Waited', 1)
  const waiting = client.pull(proxy, { topic: 'Waited', queueId: 0, queueOffset: 0, suspendTimeoutMs: 15_000 })
  await client.send(proxy, { topic: 'Waited', queueId: 0, body: 'late' })
  expect((await waiting).messages.map(({ body }) => body.toString())).toEqual(['late'])
})

test('what is popped through the proxy is acknowledged through it', async () => {
  await client.createTopic(broker, 'Popped', 1)
  const popper = new TestPopper(client, { broker: proxy, topic: 'Popped', group: 'popped' })
  await popper.pop({ invisibleMs: 10_000 }) // the group begins here
  await client.send(proxy, { topic: 'Popped', queueId: 0, body: 'x' })
  const [message] = await popper.pop({ invisibleMs: 30_000, pollMs: 15_000 })
  expect(message?.body).toBe('x')
  expect(await popper.ack(message!.receipt)).toBe(true)
})

test('a message that is not what its topic is for is refused', async () => {
  await client.createTopic(broker, 'Timed', 1, '+message.type=DELAY')
  const { code, remark } = await client.send(proxy, { topic: 'Timed', queueId: 0, body: 'now' })
  expect([code, remark]).toEqual([
    ResponseCode.MESSAGE_ILLEGAL,
    expect.stringMatching(/expected type is DELAY, but actual type is NORMAL/),
  ])
})

test('a broker that there is not, and a code that is not for the proxy, are refused', async () => {
  const where = { topic: 'Led', queueId: 0, bname: 'broker-z' }
  expect((await client.ask(proxy, RequestCode.GET_MAX_OFFSET, where)).remark).toMatch(/broker-z/)
  const { code } = await client.ask(proxy, RequestCode.UPDATE_AND_CREATE_TOPIC, { topic: 'Led' })
  expect(code).toBe(ResponseCode.REQUEST_CODE_NOT_SUPPORTED)
})

test('to the broker, a consumer behind the proxy is one that came by itself: it is listed, told, asked, and missed', async () => {
  const told: number[] = []
  let notice = (): void => undefined
  const noticed = new Promise<void>(resolve => (notice = resolve))
  const consumer = new RemotingClient(remotingConfigSchema.parse({}), {
    clock: systemClock,
    disk: nodeDisk,
    log: silentLog,
    handlers: {
      [RequestCode.NOTIFY_CONSUMER_IDS_CHANGED]: request => {
        told.push(request.command.code)
        request.reply(RemotingResponse.success())
        notice()
      },
      [RequestCode.GET_CONSUMER_RUNNING_INFO]: answering(() =>
        Promise.resolve(RemotingResponse.success(null, Buffer.from('{"properties":{"it":"runs"}}'))),
      ),
    },
  })
  await consumer.start()
  const beat = async (clientId: string): Promise<void> => {
    const body = heartbeatDataJson.encode(consumerHeartbeat(clientId))
    const { code } = await consumer.invoke(proxy, RemotingCommand.request(RequestCode.HEART_BEAT, {}, body), 15_000)
    expect(code).toBe(ResponseCode.SUCCESS)
  }
  await beat('behind@1')
  await noticed
  const listed = await client.ask(broker, RequestCode.GET_CONSUMER_LIST_BY_GROUP, { consumerGroup: 'behind' })
  expect(String(listed.body)).toContain('behind@1')
  const info = await client.ask(broker, RequestCode.GET_CONSUMER_RUNNING_INFO, {
    consumerGroup: 'behind',
    clientId: 'behind@1',
    jstackEnable: false,
  })
  expect([info.code, String(info.body)]).toEqual([ResponseCode.SUCCESS, '{"properties":{"it":"runs"}}'])
  await consumer.stop()
  await untilGone('behind')
})

/** The broker finds out by the connection alone. */
async function untilGone(consumerGroup: string): Promise<void> {
  for (;;) {
    const { code } = await client.ask(broker, RequestCode.GET_CONSUMER_LIST_BY_GROUP, { consumerGroup })
    if (code !== ResponseCode.SUCCESS) return
  }
}

function consumerHeartbeat(clientID: string): Parameters<typeof heartbeatDataJson.encode>[0] {
  return {
    clientID,
    producerDataSet: [],
    consumerDataSet: [
      {
        groupName: 'behind',
        consumeType: 'CONSUME_PASSIVELY',
        messageModel: 'CLUSTERING',
        consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
        subscriptionDataSet: [],
        unitMode: false,
      },
    ],
    heartbeatFingerprint: 0,
    withoutSub: false,
  }
}
