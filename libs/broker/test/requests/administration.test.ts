import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import {
  consumeStatsJson,
  RequestCode,
  resetOffsetJson,
  ResponseCode,
  topicStatsTableJson,
  type RemotingCommand,
} from '@rocketmq-ts/protocol'
import { brokerConfigSchema } from '../../src/broker-config'
import { ConsumerOffsetTable } from '../../src/consumer-offsets/consumer-offset-table'
import { cloneGroupOffset } from '../../src/requests/clone-group-offset'
import { deleteTopicInBroker } from '../../src/requests/delete-topic-in-broker'
import { getConsumeStats } from '../../src/requests/get-consume-stats'
import { getTopicStatsInfo } from '../../src/requests/get-topic-stats-info'
import { invokeBrokerToResetOffset } from '../../src/requests/invoke-broker-to-reset-offset'
import { updateAndCreateTopic } from '../../src/requests/update-and-create-topic'
import { viewBrokerStatsData } from '../../src/requests/view-broker-stats-data'
import { BrokerStatistics } from '../../src/statistics/broker-statistics'
import { SubscriptionGroupTable } from '../../src/subscription-groups/subscription-group-table'
import { TopicTable } from '../../src/topics/topic-table'
import { ask } from '../support/ask'

const STORED_COUNT = 10
const STORE_TIME = 1_700_000_000_000

/** The tables of a broker, and a store in which every queue of `Orders` holds ten messages, one a second. */
function administeredBroker() {
  const clock = new FakeClock()
  const log = silentLog
  const config = { ...brokerConfigSchema.parse({ brokerName: 'broker-a' }) }
  const deletedTopics: string[] = []
  const store = {
    minOffset: () => 0,
    maxOffset: (topic: string) => (topic === 'Orders' ? STORED_COUNT : 0),
    storeTimestampOf: (_topic: string, _queueId: number, offset: number) => Promise.resolve(STORE_TIME + offset * 1000),
    offsetByTime: (_topic: string, _queueId: number, timestamp: number) =>
      Promise.resolve(Math.min(STORED_COUNT, Math.ceil((timestamp - STORE_TIME) / 1000))),
    deleteTopics: (topics: readonly string[]) => {
      deletedTopics.push(...topics)
      return Promise.resolve()
    },
  }
  return {
    clock,
    log,
    config,
    store,
    deletedTopics,
    topics: new TopicTable(config, { clock, log }),
    topicFile: { saved: () => Promise.resolve() },
    groups: new SubscriptionGroupTable(config, { clock, log }),
    offsets: new ConsumerOffsetTable(config, { clock, log }),
    statistics: new BrokerStatistics(config.brokerClusterName, { clock }),
    consumers: { find: () => null },
    registration: { announced: () => Promise.resolve() },
  }
}

type Broker = ReturnType<typeof administeredBroker>

const createTopic = (broker: Broker, changes: Record<string, string> = {}): Promise<RemotingCommand> =>
  ask(updateAndCreateTopic(broker), {
    code: RequestCode.UPDATE_AND_CREATE_TOPIC,
    extFields: {
      topic: 'Orders',
      defaultTopic: 'TBW102',
      readQueueNums: '2',
      writeQueueNums: '2',
      perm: '6',
      topicFilterType: 'SINGLE_TAG',
      ...changes,
    },
  })

test('a topic is made, and asking for the same again does not bump the version', async () => {
  const broker = administeredBroker()
  expect((await createTopic(broker, { attributes: '+message.type=FIFO' })).code).toBe(ResponseCode.SUCCESS)
  expect(broker.topics.find('Orders')).toMatchObject({ readQueueNums: 2, perm: 6 })
  expect(broker.topics.find('Orders')?.attributes.get('message.type')).toBe('FIFO')
  const version = broker.topics.dataVersion
  await createTopic(broker)
  expect(broker.topics.dataVersion).toEqual(version)
})

test.each([
  ['an illegal name', { topic: 'Or ders' }],
  ['a system topic', { topic: 'SCHEDULE_TOPIC_XXXX' }],
  ['more queues than a broker can walk', { readQueueNums: '1000000000' }],
  ['permissions that do not exist', { perm: '99' }],
  ['the mixed message type', { attributes: '+message.type=MIXED' }],
])('%s is refused as an invalid parameter, and nothing changes', async (_what, changes) => {
  const broker = administeredBroker()
  const version = broker.topics.dataVersion
  expect((await createTopic(broker, changes)).code).toBe(ResponseCode.INVALID_PARAMETER)
  expect(broker.topics.dataVersion).toEqual(version)
})

test('a broken attribute change is refused in words', async () => {
  const answer = await createTopic(administeredBroker(), { attributes: 'message.type' })
  expect(answer.code).toBe(ResponseCode.SYSTEM_ERROR)
  expect(answer.remark).toContain('+name=value or -name is needed')
})

test('a deleted topic takes its queues, its offsets and the retries of pop with it', async () => {
  const broker = administeredBroker()
  await createTopic(broker)
  await createTopic(broker, { topic: '%RETRY%GroupA_Orders' })
  broker.offsets.commit({ group: 'GroupA', topic: 'Orders', queueId: 0, offset: 3 })
  const extFields = { topic: 'Orders' }
  const liteLifecycle = { deleteAllOf: () => Promise.resolve() }
  const answer = await ask(deleteTopicInBroker({ ...broker, liteLifecycle }), {
    code: RequestCode.DELETE_TOPIC_IN_BROKER,
    extFields,
  })
  expect(answer.code).toBe(ResponseCode.SUCCESS)
  expect(broker.topics.find('Orders')).toBeNull()
  expect(broker.offsets.query('GroupA', 'Orders', 0)).toBe(-1)
  expect(broker.deletedTopics).toEqual(['Orders', '%RETRY%GroupA_Orders'])
})

test('topic stats have a row for every queue', async () => {
  const broker = administeredBroker()
  await createTopic(broker)
  const extFields = { topic: 'Orders' }
  const answer = await ask(getTopicStatsInfo(broker), { code: RequestCode.GET_TOPIC_STATS_INFO, extFields })
  const { offsetTable } = topicStatsTableJson.decode(answer.body)
  expect([...offsetTable]).toEqual(
    [0, 1].map(queueId => [
      { brokerName: 'broker-a', queueId, topic: 'Orders' },
      { lastUpdateTimestamp: STORE_TIME + 9000, maxOffset: 10, minOffset: 0 },
    ]),
  )
})

test('stats of an unknown topic are refused', async () => {
  const extFields = { topic: 'Nowhere' }
  const answer = await ask(getTopicStatsInfo(administeredBroker()), {
    code: RequestCode.GET_TOPIC_STATS_INFO,
    extFields,
  })
  expect([answer.code, answer.remark]).toEqual([ResponseCode.TOPIC_NOT_EXIST, 'topic[Nowhere] not exist'])
})

test('consume stats tell how far a group is and when it consumed last', async () => {
  const broker = administeredBroker()
  await createTopic(broker)
  broker.offsets.commit({ group: 'GroupA', topic: 'Orders', queueId: 1, offset: 4 })
  const extFields = { consumerGroup: 'GroupA' }
  const answer = await ask(getConsumeStats(broker), { code: RequestCode.GET_CONSUME_STATS, extFields })
  const { offsetTable } = consumeStatsJson.decode(answer.body)
  expect([...offsetTable.values()]).toEqual([
    { brokerOffset: 10, consumerOffset: 0, lastTimestamp: 0, pullOffset: 0 },
    { brokerOffset: 10, consumerOffset: 4, lastTimestamp: STORE_TIME + 3000, pullOffset: 4 },
  ])
})

const reset = (broker: Broker, fields: Record<string, string>): Promise<RemotingCommand> =>
  ask(invokeBrokerToResetOffset(broker), {
    code: RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
    extFields: { topic: 'Orders', group: 'GroupA', timestamp: '-1', isForce: 'true', ...fields },
  })

test('a reset by time is pending for every queue until the next pull hears of it', async () => {
  const broker = administeredBroker()
  await createTopic(broker)
  broker.groups.find('GroupA')
  const answer = await reset(broker, { timestamp: String(STORE_TIME + 5000) })
  expect([...resetOffsetJson.decode(answer.body).offsetTable.values()]).toEqual([5, 5])
  expect(broker.offsets.pendingReset('GroupA', 'Orders', 1)).toBe(5)
})

test('a reset of one queue beyond its end is refused with the range', async () => {
  const broker = administeredBroker()
  await createTopic(broker)
  broker.groups.find('GroupA')
  const answer = await reset(broker, { queueId: '0', offset: '100' })
  expect(answer.code).toBe(ResponseCode.SYSTEM_ERROR)
  expect(answer.remark).toBe('Target offset 100 not in consume queue range [0-10]')
})

test('a reset for a topic or a group that is not there is refused', async () => {
  const broker = administeredBroker()
  expect((await reset(broker, {})).code).toBe(ResponseCode.TOPIC_NOT_EXIST)
  await createTopic(broker)
  expect((await reset(broker, {})).code).toBe(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST)
})

test('a group is given the offsets of another, in every topic when none is named', async () => {
  const broker = administeredBroker()
  await createTopic(broker)
  broker.offsets.commit({ group: 'GroupA', topic: 'Orders', queueId: 1, offset: 4 })
  const extFields = { srcGroup: 'GroupA', destGroup: 'GroupB' }
  await ask(cloneGroupOffset(broker), { code: RequestCode.CLONE_GROUP_OFFSET, extFields })
  expect(broker.offsets.query('GroupB', 'Orders', 1)).toBe(4)
})

test('statistics that nobody has counted are refused with a code that tools take for no data', async () => {
  const extFields = { statsName: 'TOPIC_PUT_NUMS', statsKey: 'Orders' }
  const answer = await ask(viewBrokerStatsData(administeredBroker()), {
    code: RequestCode.VIEW_BROKER_STATS_DATA,
    extFields,
  })
  expect([answer.code, answer.remark]).toEqual([1, 'The stats <TOPIC_PUT_NUMS> <Orders> not exist'])
})
