import { parseFastJson, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import { useBrokers } from '../support/use-brokers'
import type { RunningBroker } from '../support/use-brokers'

const startBroker = useBrokers()

interface Table {
  readonly dataVersion: unknown
  readonly topicConfigTable?: Readonly<Record<string, object>>
  readonly subscriptionGroupTable?: Readonly<Record<string, object>>
}

async function tableOf({ ask }: RunningBroker, code: number, page: Record<string, string> = {}) {
  const { extFields, body } = await ask(code, page)
  const table = parseFastJson(body ?? '') as Table
  const names = Object.keys(table.topicConfigTable ?? table.subscriptionGroupTable ?? {})
  return { table, names, total: Number(extFields['totalTopicNum'] ?? extFields['totalGroupNum']) }
}

test('all topics are given at once to those who ask for no page', async () => {
  const broker = await startBroker()
  const { table, names, total } = await tableOf(broker, RequestCode.GET_ALL_TOPIC_CONFIG)
  expect(names).toHaveLength(total)
  expect(table.topicConfigTable?.['TBW102']).toEqual({
    ...{ attributes: {}, order: false, perm: 7, readQueueNums: 8, topicFilterType: 'SINGLE_TAG' },
    ...{ topicName: 'TBW102', topicSysFlag: 0, writeQueueNums: 8 },
  })
})

test('pages of topics follow each other by name until the table changes', async () => {
  const broker = await startBroker()
  const first = await tableOf(broker, RequestCode.GET_ALL_TOPIC_CONFIG, { topicSeq: '0', maxTopicNum: '2' })
  expect(first.names).toEqual(['BenchmarkTest', 'DefaultCluster'])
  const dataVersion = JSON.stringify(first.table.dataVersion)
  const next = { topicSeq: '2', maxTopicNum: '2', dataVersion }
  const second = await tableOf(broker, RequestCode.GET_ALL_TOPIC_CONFIG, next)
  expect(second.names).toEqual(['DefaultCluster_REPLY_TOPIC', 'OFFSET_MOVED_EVENT'])

  const heartbeat = { clientID: 'c', consumerDataSet: [{ groupName: 'GroupA', subscriptionDataSet: [] }] }
  await broker.ask(RequestCode.HEART_BEAT, {}, JSON.stringify(heartbeat))
  const third = await tableOf(broker, RequestCode.GET_ALL_TOPIC_CONFIG, { ...next, topicSeq: '4' })
  expect(third.names).toEqual(['%RETRY%GroupA', 'BenchmarkTest'])
})

test('groups are given all at once and in pages', async () => {
  const broker = await startBroker()
  const all = await tableOf(broker, RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG)
  expect(all.names).toHaveLength(8)
  const page = await tableOf(broker, RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG, {
    ...{ groupSeq: '1', maxGroupNum: '2', dataVersion: JSON.stringify(all.table.dataVersion) },
  })
  expect(page.names).toEqual(['CID_ONSAPI_OWNER', 'CID_ONSAPI_PERMISSION'])
  expect(page.total).toBe(8)
})

test('a page is no longer than the broker allows', async () => {
  const broker = await startBroker({ splitMetadataSize: '3' })
  const page = await tableOf(broker, RequestCode.GET_ALL_TOPIC_CONFIG, { topicSeq: '0', dataVersion: '' })
  expect(page.names).toHaveLength(3)
})

test('one topic or group is given, or said to be missing', async () => {
  const { ask } = await startBroker({ autoCreateSubscriptionGroup: 'false' })
  const topic = await ask(RequestCode.GET_TOPIC_CONFIG, { topic: 'nothing' })
  expect([topic.code, topic.remark]).toEqual([ResponseCode.TOPIC_NOT_EXIST, 'No topic in this broker. topic: nothing'])
  const group = await ask(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, { group: 'nobody' })
  expect([group.code, group.remark]).toEqual([ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, 'No group in this broker'])
  const tools = await ask(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, { group: 'TOOLS_CONSUMER' })
  expect(tools.body?.toString()).toBe(
    '{"attributes":{},"brokerId":0,"consumeBroadcastEnable":true,"consumeEnable":true,"consumeFromMinEnable":true,' +
      '"consumeMessageOrderly":false,"consumeTimeoutMinute":15,"groupName":"TOOLS_CONSUMER",' +
      '"groupRetryPolicy":{"type":"CUSTOMIZED"},"groupSysFlag":0,"notifyConsumerIdsChangedEnable":true,' +
      '"retryMaxTimes":16,"retryQueueNums":1,"whichBrokerWhenConsumeSlowly":1}',
  )
})
