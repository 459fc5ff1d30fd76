import { RequestCode } from '@rocketmq-ts/protocol'
import type { RemotingCommand } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'
import { channelOf } from '../support/ask'
import { LiteRoom } from '../support/lite-room'

let room: LiteRoom
beforeEach(async () => {
  room = new LiteRoom()
  await room.start()
})
afterEach(() => room.stop())

const queuesOf = (clientId = 'c1'): readonly string[] | null => {
  const client = room.lite.liteSubscriptions.find(clientId)
  return client === null ? null : [...client.queueNames].sort()
}

function listening(id: number): { readonly channel: Channel; readonly pushed: RemotingCommand[] } {
  const pushed: RemotingCommand[] = []
  return { channel: { ...channelOf(id), sendOneway: command => pushed.push(command) > 0 }, pushed }
}

test('a client adds lite topics, removes some, says all that it wants, and goes', async () => {
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a', 'b'] })
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['c'] })
  expect(queuesOf()).toEqual(['%LMQ%$P$a', '%LMQ%$P$b', '%LMQ%$P$c'])
  await room.subscribe('PARTIAL_REMOVE', { liteTopics: ['a'] })
  expect(queuesOf()).toEqual(['%LMQ%$P$b', '%LMQ%$P$c'])
  await room.subscribe('COMPLETE_ADD', { liteTopics: ['c', 'd'] })
  expect(queuesOf()).toEqual(['%LMQ%$P$c', '%LMQ%$P$d'])
  expect(room.lite.liteSubscriptions.count).toBe(2)
  await room.subscribe('COMPLETE_REMOVE')
  expect([queuesOf(), room.lite.liteSubscriptions.count]).toEqual([null, 0])
})

test('a broker keeps only what it has, or had when there were no others', async () => {
  await room.send('l2', 'l2')
  room.brokers = ['broker-a', 'broker-b']
  const liteTopics = Array.from({ length: 12 }, (_, index) => `l${index}`)
  await room.subscribe('PARTIAL_ADD', { liteTopics })
  // As Java's hash of these names says; l2 would be of broker-b.
  const own = queuesOf()
  room.brokers = ['broker-b', 'broker-a']
  await room.subscribe('COMPLETE_ADD', { liteTopics, clientId: 'c2' })
  const others = queuesOf('c2')
  expect([...new Set([...(own ?? []), ...(others ?? [])])]).toHaveLength(12)
  expect((own ?? []).filter(name => others?.includes(name))).toEqual(['%LMQ%$P$l2'])
})

test('there are no more subscriptions than the broker may have', async () => {
  await room.stop()
  room = new LiteRoom({ maxLiteSubscriptionCount: '2' })
  await room.start()
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a', 'b'] })
  const refused = { code: 2018, remark: 'lite subscription quota exceeded 2' }
  expect(await room.subscribe('PARTIAL_ADD', { liteTopics: ['c'] })).toMatchObject(refused)
  expect(await room.subscribe('COMPLETE_ADD', { liteTopics: ['a', 'c'] })).toMatchObject(refused)
  expect(await room.subscribe('COMPLETE_ADD', { liteTopics: ['a'] })).toMatchObject({ code: 0 })
  expect(await room.subscribe('PARTIAL_ADD', { liteTopics: ['c'] })).toMatchObject({ code: 0 })
})

test('a client that is silent for too long is gone', async () => {
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  await room.advance(170_000)
  await room.subscribe('COMPLETE_ADD', { liteTopics: ['a'] })
  await room.advance(130_000)
  expect(queuesOf()).toEqual(['%LMQ%$P$a'])
  await room.advance(200_000)
  expect(queuesOf()).toBeNull()
})

test('in an exclusive group a client takes lite topics from others, and they are told', async () => {
  room.bind('G', { 'lite.sub.model': 'Exclusive', 'lite.sub.reset.offset.exclusive': 'true' })
  const first = listening(1)
  const second = listening(2)
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a', 'b'], channel: first.channel })
  await room.send('a', 'a0')
  const [message] = await room.pop()
  await room.ack(message!)
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'], clientId: 'c2', channel: second.channel })
  expect([queuesOf(), queuesOf('c2')]).toEqual([['%LMQ%$P$b'], ['%LMQ%$P$a']])
  expect(first.pushed).toMatchObject([
    {
      code: RequestCode.NOTIFY_UNSUBSCRIBE_LITE,
      extFields: { liteTopic: 'a', consumerGroup: 'G', clientId: 'c1' },
    },
  ])
  expect(await room.bodies({ clientId: 'c2' })).toEqual(['a0'])
})

test('a client that says again what it has loses nothing in an exclusive group', async () => {
  room.bind('G', { 'lite.sub.model': 'Exclusive', 'lite.sub.reset.offset.exclusive': 'true' })
  const { channel, pushed } = listening(1)
  await room.send('a', 'a0')
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'], channel })
  const [message] = await room.pop()
  await room.ack(message!)
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'], channel })
  expect([queuesOf(), pushed, await room.bodies()]).toEqual([['%LMQ%$P$a'], [], []])
})

test('a group may begin anew with a lite topic that a client leaves', async () => {
  room.bind('G', { 'lite.sub.reset.offset.unsubscribe': 'true' })
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  await room.send('a', 'a0')
  const [message] = await room.pop()
  await room.ack(message!)
  await room.subscribe('PARTIAL_REMOVE', { liteTopics: ['a'] })
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })
  expect(await room.bodies()).toEqual(['a0'])
})

test.each([
  { what: 'where the group is', offsetOption: { type: 'POLICY', value: 0 }, bodies: ['a3'] },
  { what: 'at the first message', offsetOption: { type: 'POLICY', value: 1 }, bodies: ['a0', 'a1', 'a2', 'a3'] },
  { what: 'after the last', offsetOption: { type: 'POLICY', value: 2 }, bodies: [] },
  { what: 'at a message', offsetOption: { type: 'OFFSET', value: 1 }, bodies: ['a1', 'a2', 'a3'] },
  { what: 'some before where the group is', offsetOption: { type: 'TAIL_N', value: 1 }, bodies: ['a2', 'a3'] },
  { what: 'at no time: that says nothing', offsetOption: { type: 'TIMESTAMP', value: 1 }, bodies: ['a3'] },
] as const)('a subscription begins $what', async ({ offsetOption, bodies }) => {
  await room.send('a', 'a0', 'a1', 'a2', 'a3')
  room.offsets.commit({ group: 'G', topic: '%LMQ%$P$a', queueId: 0, offset: 3 })
  await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'], offsetOption })
  expect(await room.bodies()).toEqual(bodies)
})

test('a wildcard group gets all lite topics of its parent, each for one of its clients', async () => {
  room.bind('G', { 'lite.sub.wildcard': 'true' })
  await room.send('a', 'a0')
  await room.subscribe('COMPLETE_ADD')
  await room.subscribe('COMPLETE_ADD', { clientId: 'c2' })
  await room.advance(6_000)
  await room.send('b', 'b0')
  expect([...(await room.bodies()), ...(await room.bodies({ clientId: 'c2' }))].sort()).toEqual(['a0', 'b0'])
  expect(await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'] })).toMatchObject({ code: 604 })
})

test.each([
  { what: 'by nobody is left out', given: { clientId: ' ' }, code: 0 },
  { what: 'of a group that may not consume is refused', given: { group: 'Disabled' }, code: 604 },
])('a subscription $what', async ({ given, code }) => {
  room.groups.put({ ...room.groups.find('G')!, groupName: 'Disabled', consumeEnable: false })
  expect(await room.subscribe('PARTIAL_ADD', { liteTopics: ['a'], ...given })).toMatchObject({ code })
  expect(room.lite.liteSubscriptions.count).toBe(0)
})
