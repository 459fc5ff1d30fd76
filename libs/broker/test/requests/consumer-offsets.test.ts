import { RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import { useBrokers } from '../support/use-brokers'
import type { RunningBroker } from '../support/use-brokers'

const startBroker = useBrokers()

/** A broker with TopicA of one queue and GroupA. */
async function startWithTopic(overrides: Record<string, string> = {}): Promise<RunningBroker> {
  const running = await startBroker(overrides)
  await running.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, {
    ...{ topic: 'TopicA', defaultTopic: 'TBW102', readQueueNums: '1', writeQueueNums: '1' },
    ...{ perm: '6', topicFilterType: 'SINGLE_TAG' },
  })
  await running.ask(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, { group: 'GroupA' })
  return running
}

const send = ({ ask }: RunningBroker) =>
  ask(
    RequestCode.SEND_MESSAGE_V2,
    {
      a: 'PG',
      b: 'TopicA',
      c: 'TBW102',
      d: '4',
      e: '0',
      f: '0',
      g: '1700000000123',
      h: '0',
      i: '',
      j: '0',
      m: 'false',
    },
    'hello',
  )

const queue = { topic: 'TopicA', queueId: '0' }
const mine = { ...queue, consumerGroup: 'GroupA' }

const query = ({ ask }: RunningBroker, given: Record<string, string> = {}) =>
  ask(RequestCode.QUERY_CONSUMER_OFFSET, { ...mine, ...given })
const commit = ({ ask }: RunningBroker, given: Record<string, string>) =>
  ask(RequestCode.UPDATE_CONSUMER_OFFSET, { ...mine, commitOffset: '1', ...given })

const answerOf = ({ code, remark, extFields }: IncomingCommand): unknown[] => [code, remark, { ...extFields }]

test('a committed offset is what the group is told', async () => {
  const broker = await startWithTopic()
  expect(answerOf(await commit(broker, { commitOffset: '7' }))).toEqual([0, null, {}])
  expect(answerOf(await query(broker))).toEqual([0, null, { offset: '7' }])
})

test('a new group begins at the first message while the whole queue is in memory', async () => {
  const broker = await startWithTopic()
  expect((await query(broker)).code).toBe(ResponseCode.QUERY_NOT_FOUND)
  await send(broker)
  expect(answerOf(await query(broker))).toEqual([0, null, { offset: '0' }])
  expect(answerOf(await query(broker, { setZeroIfNotFound: 'false' }))).toEqual([
    ResponseCode.QUERY_NOT_FOUND,
    'Not found, do not set to zero, maybe this group boot first',
    {},
  ])
  expect((await query(broker, { queueId: '5' })).code).toBe(ResponseCode.QUERY_NOT_FOUND)
})

test.each<[Record<string, string>, number, string]>([
  [{ consumerGroup: 'nobody' }, ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, 'Group nobody not exist!'],
  [{ topic: 'nothing' }, ResponseCode.TOPIC_NOT_EXIST, 'Topic nothing not exist!'],
])('a commit of %j is refused', async (given, code, remark) => {
  const broker = await startWithTopic()
  expect(answerOf(await commit(broker, given)).slice(0, 2)).toEqual([code, remark])
})

test('a commit without queue or offset is refused', async () => {
  const { ask } = await startWithTopic()
  const fields = { consumerGroup: 'GroupA', topic: 'TopicA' }
  const withoutQueue = await ask(RequestCode.UPDATE_CONSUMER_OFFSET, { ...fields, commitOffset: '1' })
  expect(answerOf(withoutQueue).slice(0, 2)).toEqual([29, 'QueueId is null, topic is TopicA'])
  const withoutOffset = await ask(RequestCode.UPDATE_CONSUMER_OFFSET, { ...fields, queueId: '0' })
  expect(answerOf(withoutOffset).slice(0, 2)).toEqual([29, 'Offset is null, topic is TopicA'])
})

test('while a reset is pending commits are ignored', async () => {
  const broker = await startWithTopic()
  await send(broker)
  await commit(broker, { commitOffset: '1' })
  const reset = { topic: 'TopicA', group: 'GroupA', timestamp: '0', isForce: 'true' }
  expect((await broker.ask(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, reset)).code).toBe(ResponseCode.SUCCESS)
  expect(answerOf(await commit(broker, { commitOffset: '1' }))).toEqual([0, 'Offset has been previously reset', {}])
  expect((await query(broker)).extFields['offset']).toBe('0')
})

test('a queue tells its ends, where it was at a time, and how old it is', async () => {
  const broker = await startWithTopic()
  const { ask } = broker
  const offsetOf = async (code: number, given: Record<string, string> = {}): Promise<string | undefined> =>
    (await ask(code, { ...queue, ...given })).extFields['offset']
  const storeTime = async (): Promise<number> =>
    Number((await ask(RequestCode.GET_EARLIEST_MSG_STORETIME, queue)).extFields['timestamp'])
  expect(await storeTime()).toBe(-1)
  await send(broker)
  await send(broker)
  expect(await offsetOf(RequestCode.GET_MIN_OFFSET)).toBe('0')
  expect(await offsetOf(RequestCode.GET_MAX_OFFSET)).toBe('2')
  expect(await offsetOf(RequestCode.GET_MAX_OFFSET, { topic: 'nothing' })).toBe('0')
  const storedMs = await storeTime()
  expect(storedMs).toBeGreaterThan(1_600_000_000_000)
  expect(await offsetOf(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, { timestamp: String(storedMs) })).toBe('0')
  expect(await offsetOf(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, { timestamp: '9999999999999' })).toBe('2')
  const lite = { timestamp: String(storedMs), liteTopic: 'lite' }
  expect(await offsetOf(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, lite)).toBe('0')
})

test('slaves are given all offsets', async () => {
  const broker = await startWithTopic()
  await commit(broker, { commitOffset: '7' })
  const answer = await broker.ask(RequestCode.GET_ALL_CONSUMER_OFFSET)
  expect(answer.body?.toString()).toMatch(
    /^{"dataVersion":{"counter":0,"stateVersion":0,"timestamp":\d+},"groupTopicMap":{"GroupA":\["TopicA"\]},"offsetTable":{"TopicA@GroupA":{0:7}},"pullOffsetTable":{}}$/,
  )
  expect((await broker.ask(RequestCode.GET_ALL_DELAY_OFFSET)).body?.toString()).toMatch(/"offsetTable":{}}$/)
})
