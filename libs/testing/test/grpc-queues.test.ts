import { timestampOfMs, v2 } from '@rocketmq-ts/protocol/grpc'
import { RawGrpcClient } from '@rocketmq-ts/testing'
import { useStandaloneProxy } from './support/standalone-proxy'

const proxy = useStandaloneProxy()
let client: RawGrpcClient

beforeEach(() => void (client = new RawGrpcClient(proxy.endpoints())))
afterEach(() => client.close())

async function queueOf(topic: string, type: 'NORMAL' | 'PRIORITY', id = 0): Promise<v2.MessageQueue.$Properties> {
  await proxy.createTopic(topic, type)
  const [route] = await client.call('QueryRoute', { topic: { name: topic } })
  return route!.messageQueues.find(queue => queue.id === id)!
}

const statusesOf = (answers: readonly { status?: v2.Status.$Properties | null }[]) =>
  answers.flatMap(({ status }) => (status === null || status === undefined ? [] : [status.code]))

test('a queue is pulled from an offset on, and nothing is hidden from others by it', async () => {
  const messageQueue = await queueOf('Pulled', 'NORMAL')
  for (const body of ['a', 'b', 'c']) {
    const properties = { TAGS: body === 'b' ? 'B' : 'A', UNIQ_KEY: `ID-${body}` }
    await proxy.remoting.send(proxy.broker(), { topic: 'Pulled', queueId: 0, body, properties })
  }
  const group = { name: 'pullers' }
  const pull = { group, messageQueue, offset: 0, batchSize: 32, longPollingTimeout: { seconds: 5 } }
  for (let time = 0; time < 2; time += 1) {
    const answers = await client.call('PullMessage', pull)
    expect(statusesOf(answers)).toEqual([v2.Code.OK])
    expect(answers.flatMap(({ message }) => message ?? []).map(({ body }) => String(body))).toEqual(['a', 'b', 'c'])
    expect(answers.at(-1)!.nextOffset).toBe(3)
  }
  const tagged = await client.call('PullMessage', {
    ...pull,
    filterExpression: { type: v2.FilterType.TAG, expression: 'B' },
  })
  expect(tagged.flatMap(({ message }) => message?.systemProperties?.messageId ?? [])).toEqual(['ID-b'])
  const atEnd = await client.call('PullMessage', { ...pull, offset: 3, longPollingTimeout: { nanos: 1_000_000 } })
  expect([statusesOf(atEnd), atEnd.at(-1)!.nextOffset]).toEqual([[v2.Code.MESSAGE_NOT_FOUND], 3])
  const beyond = await client.call('PullMessage', { ...pull, offset: 100 })
  expect([statusesOf(beyond), beyond.at(-1)!.nextOffset]).toEqual([[v2.Code.ILLEGAL_OFFSET], 3])
})

test('a pull waits for a message that is still to come', async () => {
  const messageQueue = await queueOf('Awaited', 'NORMAL')
  const pull = {
    group: { name: 'waiters' },
    messageQueue,
    offset: 0,
    batchSize: 1,
    longPollingTimeout: { seconds: 20 },
  }
  let isAnswered = false
  const pulled = client.call('PullMessage', pull).finally(() => (isAnswered = true))
  await client.call('QueryRoute', { topic: { name: 'Awaited' } })
  expect(isAnswered).toBe(false)
  await proxy.remoting.send(proxy.broker(), { topic: 'Awaited', queueId: 0, body: 'late' })
  const answers = await pulled
  expect(answers.flatMap(({ message }) => message ?? []).map(({ body }) => String(body))).toEqual(['late'])
})

test('offsets of a group are kept, and those of a queue are told', async () => {
  const messageQueue = await queueOf('Offsets', 'NORMAL')
  const group = { name: 'offset-group' }
  await proxy.createGroup(group.name, {})
  expect(statusesOf(await client.call('GetOffset', { group, messageQueue }))).toEqual([v2.Code.OFFSET_NOT_FOUND])
  const beforeMs = Date.now()
  for (const body of ['1', '2']) await proxy.remoting.send(proxy.broker(), { topic: 'Offsets', queueId: 0, body })
  expect(statusesOf(await client.call('UpdateOffset', { group, messageQueue, offset: 1 }))).toEqual([v2.Code.OK])
  const { BEGINNING, END, TIMESTAMP } = v2.QueryOffsetPolicy
  const answers = [
    ...(await client.call('GetOffset', { group, messageQueue })),
    ...(await client.call('QueryOffset', { messageQueue, queryOffsetPolicy: BEGINNING })),
    ...(await client.call('QueryOffset', { messageQueue, queryOffsetPolicy: END })),
    ...(await client.call('QueryOffset', {
      ...{ messageQueue, queryOffsetPolicy: TIMESTAMP, timestamp: timestampOfMs(beforeMs - 60_000) },
    })),
  ]
  expect(answers.map(({ status, offset }) => [status?.code, offset])).toEqual([
    [v2.Code.OK, 1],
    [v2.Code.OK, 0],
    [v2.Code.OK, 2],
    [v2.Code.OK, 0],
  ])
})

test('a message of a priority lies in the queue of that number', async () => {
  const messageQueue = await queueOf('Urgent', 'PRIORITY', 2)
  expect(messageQueue.acceptMessageTypes).toEqual([v2.MessageType.PRIORITY])
  const message = (priority: number | null): v2.Message.$Properties => ({
    topic: { name: 'Urgent' },
    body: Buffer.from(`priority ${priority}`),
    systemProperties: { messageId: `P${priority}`, messageType: v2.MessageType.PRIORITY, priority },
  })
  const codes = []
  for (const priority of [2, null, -1]) {
    codes.push(...statusesOf(await client.call('SendMessage', { messages: [message(priority)] })))
  }
  const { OK, MESSAGE_PROPERTY_CONFLICT_WITH_TYPE } = v2.Code
  expect(codes).toEqual([OK, MESSAGE_PROPERTY_CONFLICT_WITH_TYPE, MESSAGE_PROPERTY_CONFLICT_WITH_TYPE])
  const pulled = await client.call('PullMessage', { group: { name: 'g' }, messageQueue, offset: 0, batchSize: 32 })
  const [received] = pulled.flatMap(({ message: one }) => one ?? [])
  expect(received?.systemProperties).toMatchObject({
    messageId: 'P2',
    messageType: v2.MessageType.PRIORITY,
    priority: 2,
  })
})

test('a group that nobody has made subscribes to no lite topic', async () => {
  const sync = { topic: { name: 'Parent' }, group: { name: 'lite-group' }, liteTopicSet: ['one'] }
  const [answer] = await client.call('SyncLiteSubscription', sync)
  expect(answer!.status).toMatchObject({ code: v2.Code.ILLEGAL_CONSUMER_GROUP, message: 'group not found: lite-group' })
})

test('what a group is assigned says what its topic may be used for', async () => {
  await queueOf('Assigned', 'NORMAL')
  const asked = { topic: { name: 'Assigned' }, group: { name: 'assigned' } }
  const [answer] = await client.call('QueryAssignment', asked)
  const queues = answer!.assignments.map(({ messageQueue }) => [messageQueue?.id, messageQueue?.permission])
  expect(queues).toEqual([[-1, v2.Permission.READ_WRITE]])
})
