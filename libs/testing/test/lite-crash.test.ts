import { existsSync, readFileSync } from 'node:fs'
import * as path from 'node:path'
import {
  liteSubscriptionCtlJson,
  readProperty,
  readStoredMessage,
  RequestCode,
  ResponseCode,
} from '@rocketmq-ts/protocol'
import { TestClient, useClusters } from '../src'

const PARENT = 'Sessions'
const GROUP = 'Agents'
const LITE_TOPICS = ['s0', 's1', 's2']
const MESSAGE_COUNT = 60

const clusters = useClusters()
const client = new TestClient()
beforeAll(() => client.start())
afterAll(() => client.stop())

interface LiteMessage {
  readonly body: string
  readonly liteTopic: string
  readonly offset: number
  readonly extraInfo: string
}

async function subscribe(broker: string): Promise<void> {
  const subscription = {
    ...({ action: 'COMPLETE_ADD', clientId: 'c1', group: GROUP, topic: PARENT, version: 1 } as const),
    ...{ liteTopicSet: LITE_TOPICS, offsetOption: null },
  }
  const body = liteSubscriptionCtlJson.encode({ subscriptionSet: [subscription] })
  const { code, remark } = await client.ask(broker, RequestCode.LITE_SUBSCRIPTION_CTL, {}, body)
  expect([code, remark]).toEqual([ResponseCode.SUCCESS, null])
}

async function pop(broker: string, pollMs: number): Promise<readonly LiteMessage[]> {
  const { code, body, extFields } = await client.ask(broker, RequestCode.POP_LITE_MESSAGE, {
    ...{ clientId: 'c1', consumerGroup: GROUP, topic: PARENT, maxMsgNum: 32, invisibleTime: 60_000 },
    ...{ pollTime: pollMs, bornTime: Date.now() },
  })
  const { popTime, invisibleTime, reviveQid } = extFields
  const messages: LiteMessage[] = []
  for (let at = 0; code === ResponseCode.SUCCESS && body !== null && at < body.length;) {
    const record = readStoredMessage(body, at)
    const offset = Number(readProperty(record.properties, 'INNER_MULTI_QUEUE_OFFSET'))
    messages.push({
      ...{ body: record.body.toString(), liteTopic: readProperty(record.properties, '__LITE_TOPIC') ?? '', offset },
      extraInfo: [0, popTime, invisibleTime, reviveQid, 0, 'broker-a', 0, offset].join(' '),
    })
    at += record.recordBytes
  }
  return messages
}

async function ack(broker: string, { liteTopic, offset, extraInfo }: LiteMessage): Promise<void> {
  const fields = { consumerGroup: GROUP, topic: PARENT, queueId: 0, offset, extraInfo, liteTopic }
  expect((await client.ask(broker, RequestCode.ACK_MESSAGE, fields)).code).toBe(ResponseCode.SUCCESS)
}

/** All that comes, each acknowledged, until `count` have. */
async function consume(broker: string, count: number): Promise<readonly string[]> {
  const bodies: string[] = []
  while (bodies.length < count) {
    for (const message of await pop(broker, 5_000)) {
      await ack(broker, message)
      bodies.push(message.body)
    }
  }
  return bodies
}

/** Of each lite topic, as the file says that a crash leaves. */
function savedOffsets(home: string): readonly (number | undefined)[] {
  const file = path.join(home, 'store', 'config', 'lmqConsumerOffset.json')
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return LITE_TOPICS.map(name => {
    const found = new RegExp(`%LMQ%\\$${PARENT}\\$${name}@${GROUP}":\\{\\s*0:(\\d+)`).exec(text)
    return found === null ? undefined : Number(found[1])
  })
}

test('lite messages that were acknowledged to a producer, and how far their group is, survive a SIGKILL', async () => {
  const cluster = await clusters.start({
    brokerConfig: { enableLmq: true, enableMultiDispatch: true, flushConsumerOffsetInterval: 50 },
  })
  const { address: broker, home, process: server } = cluster.broker()
  await client.createTopic(broker, PARENT, 2, '+message.type=LITE')
  const group = Buffer.from(JSON.stringify({ groupName: GROUP, attributes: { '+lite.bind.topic': PARENT } }))
  const made = await client.ask(broker, RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, {}, group)
  expect([made.code, made.remark]).toEqual([ResponseCode.SUCCESS, null])
  const bodies = Array.from({ length: MESSAGE_COUNT }, (_, index) => `message ${index}`)
  for (const [index, body] of bodies.entries()) {
    const properties = { __LITE_TOPIC: LITE_TOPICS[index % LITE_TOPICS.length] ?? '' }
    await client.send(broker, { topic: PARENT, queueId: index % 2, body, properties })
  }
  await server.kill()
  await server.start()

  await subscribe(broker)
  expect([...(await consume(broker, MESSAGE_COUNT))].sort()).toEqual([...bodies].sort())
  const perTopic = MESSAGE_COUNT / LITE_TOPICS.length
  while (savedOffsets(home).some(offset => offset !== perTopic)) await new Promise(resolve => setImmediate(resolve))
  await server.kill()
  await server.start()

  await subscribe(broker)
  await client.send(broker, { topic: PARENT, queueId: 0, body: 'later', properties: { __LITE_TOPIC: 's1' } })
  expect(await consume(broker, 1)).toEqual(['later'])
}, 60_000)
