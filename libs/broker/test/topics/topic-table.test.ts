import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import type { TopicConfig } from '@rocketmq-ts/protocol'
import { brokerConfigSchema } from '../../src/broker-config'
import { topicConfigOf } from '../../src/topics/topic-config'
import { TopicTable } from '../../src/topics/topic-table'

const send = {
  topic: 'TopicA',
  defaultTopic: 'TBW102',
  defaultTopicQueueNums: 4,
  unitMode: false,
  remoteAddress: 'c:1',
}

function tableWith(given: Record<string, string> = {}) {
  const config = { ...brokerConfigSchema.parse({ brokerName: 'broker-a', ...given }) }
  const clock = new FakeClock()
  const topics = new TopicTable(config, { clock, log: silentLog })
  const announced: (readonly TopicConfig[])[] = []
  topics.onChange(changed => announced.push(changed))
  return { topics, announced, config, clock }
}

test('the topics of every start are those of Java', () => {
  const { topics } = tableWith()
  const boot = [...topics.all().values()].map(topic => [topic.topicName, topic.readQueueNums, topic.perm])
  expect(boot).toEqual([
    ['SELF_TEST_TOPIC', 1, 6],
    ['TBW102', 8, 7],
    ['BenchmarkTest', 1024, 6],
    ['DefaultCluster', 16, 7],
    ['broker-a', 1, 7],
    ['OFFSET_MOVED_EVENT', 1, 6],
    ['SCHEDULE_TOPIC_XXXX', 18, 6],
    ['DefaultCluster_REPLY_TOPIC', 1, 6],
    ['rmq_sys_REVIVE_LOG_DefaultCluster', 8, 6],
    ['rmq_sys_SYNC_BROKER_MEMBER_broker-a', 1, 1],
    ['RMQ_SYS_TRANS_HALF_TOPIC', 1, 6],
    ['RMQ_SYS_TRANS_OP_HALF_TOPIC', 1, 6],
    ['RMQ_SYS_ROCKSDB_TRANS_HALF_TOPIC', 1, 6],
    ['RMQ_SYS_ROCKSDB_TRANS_OP_HALF_TOPIC', 1, 6],
    ['rmq_sys_wheel_timer', 1, 6],
  ])
  expect(topics.isSystemTopic('broker-a')).toBe(true)
  expect(topics.isSystemTopic('DefaultCluster_REPLY_TOPIC')).toBe(true)
  expect(topics.isSystemTopic('TopicA')).toBe(false)
})

test('switches decide which topics a start makes', () => {
  const { topics } = tableWith({
    autoCreateTopicEnable: 'false',
    clusterTopicEnable: 'false',
    brokerTopicEnable: 'false',
    traceTopicEnable: 'true',
  })
  expect(topics.find('TBW102')).toBeNull()
  expect(topics.find('DefaultCluster')?.perm).toBe(1)
  expect(topics.find('broker-a')?.perm).toBe(1)
  expect(topics.find('RMQ_SYS_TRACE_TOPIC')).toMatchObject({ readQueueNums: 1, perm: 6 })
})

test('a send makes its topic with the smaller number of queues, and NameServers hear of it alone', () => {
  const { topics, announced } = tableWith()
  expect(topics.ensureForSend(send)).toMatchObject({ readQueueNums: 4, writeQueueNums: 4, perm: 6, topicSysFlag: 0 })
  expect(topics.ensureForSend({ ...send, topic: 'TopicB', defaultTopicQueueNums: 99, unitMode: true })).toMatchObject({
    readQueueNums: 8,
    topicSysFlag: 1,
  })
  expect(announced.map(changed => changed.map(topic => topic.topicName))).toEqual([['TopicA'], ['TopicB']])
  expect(topics.dataVersion.counter).toBe(2)
})

test('a topic that is there is given as it is', () => {
  const { topics, announced } = tableWith()
  const existing = topicConfigOf({ topicName: 'TopicA', readQueueNums: 1, writeQueueNums: 1 })
  topics.put(existing)
  expect(topics.ensureForSend(send)).toBe(existing)
  expect(announced).toHaveLength(1)
})

test('a topic is not made after one that is missing or has no INHERIT permission', () => {
  const { topics } = tableWith()
  expect(topics.ensureForSend({ ...send, defaultTopic: 'nothing' })).toBeNull()
  expect(topics.ensureForSend({ ...send, defaultTopic: 'SELF_TEST_TOPIC' })).toBeNull()
  expect(topics.ensureForSend({ ...send, defaultTopic: 'DefaultCluster' })).toMatchObject({ readQueueNums: 4 })
})

test('creation that was switched off stays off for the topics made after TBW102', () => {
  const { topics, config } = tableWith()
  Object.assign(config, { autoCreateTopicEnable: false })
  expect(topics.ensureForSend(send)).toBeNull()
  Object.assign(config, { autoCreateTopicEnable: true })
  expect(topics.ensureForSend(send)).toBeNull()
})

test('a retry topic is made as asked for, and its order flag follows those who say it', () => {
  const { topics, announced } = tableWith()
  const retry = { topic: '%RETRY%G', queueNums: 2, perm: 6 }
  expect(topics.ensureForSendBack({ ...retry, unitMode: true, order: true })).toMatchObject({
    readQueueNums: 2,
    topicSysFlag: 2,
    order: true,
  })
  expect(topics.ensureForSendBack(retry).order).toBe(true)
  expect(topics.ensureForSendBack({ ...retry, order: false }).order).toBe(false)
  expect(announced).toHaveLength(2)
})

test('an update alters the attributes that a topic has', () => {
  const { topics } = tableWith()
  topics.update(topicConfigOf({ topicName: 'TopicA', attributes: new Map([['+message.type', 'FIFO']]) }))
  topics.update(topicConfigOf({ topicName: 'TopicA', attributes: new Map([['+reserve.time', '60']]) }))
  expect(topics.find('TopicA')?.attributes).toEqual(
    new Map([
      ['message.type', 'FIFO'],
      ['reserve.time', '60'],
    ]),
  )
})

test('of several updates none is made when one is not allowed', () => {
  const { topics, announced } = tableWith()
  const bad = topicConfigOf({ topicName: 'TopicB', attributes: new Map([['+nothing', 'x']]) })
  expect(() => topics.update(topicConfigOf({ topicName: 'TopicA' }), bad)).toThrow('unsupported key: nothing')
  expect(topics.find('TopicA')).toBeNull()
  expect(announced).toHaveLength(0)
})

test('order flags that NameServers know of are turned on, and never announced back', () => {
  const { topics, announced } = tableWith()
  topics.put(topicConfigOf({ topicName: 'TopicA' }))
  topics.markOrdered(['TopicA', 'unknown'])
  topics.markOrdered(['TopicA'])
  expect(topics.isOrdered('TopicA')).toBe(true)
  expect(announced.map(changed => changed.length)).toEqual([1, 0])
  expect(topics.dataVersion.counter).toBe(2)
})

test('a deleted topic is gone, with a new version', () => {
  const { topics, announced } = tableWith()
  topics.put(topicConfigOf({ topicName: 'TopicA' }))
  expect(topics.delete('TopicA')).toBe(true)
  expect(topics.delete('TopicA')).toBe(false)
  expect(topics.find('TopicA')).toBeNull()
  expect(topics.dataVersion.counter).toBe(2)
  expect(announced.at(-1)).toEqual([])
})
