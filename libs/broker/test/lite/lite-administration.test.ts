import { RequestCode } from '@rocketmq-ts/protocol'
import { LiteRoom } from '../support/lite-room'

let room: LiteRoom
beforeEach(async () => {
  room = new LiteRoom()
  await room.start()
})
afterEach(() => room.stop())

async function asked(code: number, extFields: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const { body } = await room.askAdmin(code, extFields)
  return JSON.parse(body?.toString() ?? 'null')
}

test('a broker says what it has', async () => {
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a', 'b'] })
  await room.send('a', 'a0')
  await room.pop()
  expect(await asked(RequestCode.GET_BROKER_LITE_INFO)).toEqual({
    ...{ cqTableSize: 2, currentLmqNum: 1, maxLmqNum: 20_000, storeType: 'default' },
    ...{ liteSubscriptionCount: 2, orderInfoCount: 1, offsetTableSize: 1, eventMapSize: 1 },
    ...{ topicMeta: { P: -1 }, groupMeta: { P: ['G'] } },
  })
})

test('a parent topic has groups, and lite topics', async () => {
  await room.send('a', 'a0')
  const info = { topic: 'P', ttl: -1, groups: ['G'], lmqNum: 1, liteTopicCount: 1 }
  expect(await asked(RequestCode.GET_PARENT_TOPIC_INFO, { topic: 'P' })).toEqual(info)
})

test('a lite topic has messages, and subscribers', async () => {
  room.bind('All', { 'lite.sub.wildcard': 'true' })
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  await room.subscribe('COMPLETE_ADD', { clientId: 'c2', group: 'All' })
  await room.send('a', 'a0', 'a1')
  expect(await asked(RequestCode.GET_LITE_TOPIC_INFO, { parentTopic: 'P', liteTopic: 'a' })).toEqual({
    ...{ parentTopic: 'P', liteTopic: 'a', shardingToBroker: true },
    subscriber: [
      { clientId: 'c1', group: 'G' },
      { clientId: '*', group: 'All' },
    ],
    topicOffset: { minOffset: 0, maxOffset: 2, lastUpdateTimestamp: room.clock.nowMs() },
  })
})

test('a client has lite topics', async () => {
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a', 'b'] })
  const of = { parentTopic: 'P', group: 'G', clientId: 'c1' }
  expect(await asked(RequestCode.GET_LITE_CLIENT_INFO, { ...of, maxCount: '1' })).toEqual({
    ...of,
    ...{ lastAccessTime: -1, lastConsumeTime: 0, liteTopicCount: 2, liteTopicSet: ['%LMQ%$P$a'] },
  })
  const nobody = { liteTopicCount: -1 }
  expect(await asked(RequestCode.GET_LITE_CLIENT_INFO, { ...of, clientId: 'c9' })).toMatchObject(nobody)
})

test('a group lags behind in some lite topics', async () => {
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a', 'b'] })
  await room.send('a', 'a0')
  await room.send('b', 'b0', 'b1')
  await room.pop()
  const { totalLagCount, lagCountTopK } = (await asked(RequestCode.GET_LITE_GROUP_INFO, { group: 'G', topK: '1' })) as {
    readonly totalLagCount: number
    readonly lagCountTopK: unknown
  }
  const earliestUnconsumedTimestamp = room.clock.nowMs()
  expect([totalLagCount, lagCountTopK]).toEqual([3, [{ liteTopic: 'b', lagCount: 2, earliestUnconsumedTimestamp }]])
  expect(await asked(RequestCode.GET_LITE_GROUP_INFO, { group: 'G', liteTopic: 'a' })).toMatchObject({
    totalLagCount: 1,
    liteTopicOffsetWrapper: { brokerOffset: 1, consumerOffset: 0 },
  })
  const none = { totalLagCount: -1, earliestUnconsumedTimestamp: -1 }
  expect(await asked(RequestCode.GET_LITE_GROUP_INFO, { group: 'G', liteTopic: 'z' })).toMatchObject(none)
})

test('an administrator has clients told again of what they have not consumed', async () => {
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  await room.send('a', 'a0')
  await room.pop({ invisibleMs: 60_000 })
  room.lite.liteOrders.clear({ topic: '%LMQ%$P$a', group: 'G', queueId: 0 })
  expect(await room.bodies()).toEqual([])
  expect(await room.askAdmin(RequestCode.TRIGGER_LITE_DISPATCH, { group: 'G' })).toMatchObject({ code: 0 })
  expect(await room.bodies()).toEqual(['a0'])
})

test('where a lite topic was at a time is found', async () => {
  await room.send('a', 'a0')
  await room.advance(1_000)
  const timestamp = String(room.clock.nowMs())
  await room.send('a', 'a1')
  const offsetOf = async (given: Readonly<Record<string, string>>): Promise<unknown> => {
    const fields = { topic: 'P', queueId: '0', timestamp, liteTopic: 'a', ...given }
    return (await room.askAdmin(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, fields)).extFields?.['offset']
  }
  expect([await offsetOf({}), await offsetOf({ queueId: '1' }), await offsetOf({ liteTopic: 'z' })]).toEqual([
    '1',
    '0',
    '0',
  ])
})

test.each([
  { code: RequestCode.GET_PARENT_TOPIC_INFO, fields: { topic: 'Nothing' }, refusal: 17 },
  { code: RequestCode.GET_PARENT_TOPIC_INFO, fields: { topic: 'TBW102' }, refusal: 29 },
  { code: RequestCode.GET_LITE_TOPIC_INFO, fields: { parentTopic: 'Nothing', liteTopic: 'a' }, refusal: 17 },
  { code: RequestCode.GET_LITE_CLIENT_INFO, fields: { parentTopic: 'P', group: 'Unbound' }, refusal: 29 },
  { code: RequestCode.GET_LITE_GROUP_INFO, fields: { group: 'Unbound' }, refusal: 29 },
  { code: RequestCode.TRIGGER_LITE_DISPATCH, fields: { group: 'Unbound' }, refusal: 29 },
])('$code of $fields is refused with $refusal', async ({ code, fields, refusal }) => {
  expect(await room.askAdmin(code, { ...fields })).toMatchObject({ code: refusal })
})
