import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { ConsumerTable, consumerConnectionOf } from '../../src'
import type { Client, ConsumerRegistration } from '../../src'
import { LanguageCode } from '@rocketmq-ts/protocol'
import type { SubscriptionData } from '@rocketmq-ts/protocol'
import { FakeChannel } from '../support/fake-channel'

const clustering = {
  consumeType: 'CONSUME_PASSIVELY',
  messageModel: 'CLUSTERING',
  consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
} as const

function setUp() {
  const clock = new FakeClock()
  const consumers = new ConsumerTable({ clock, log: silentLog })
  const changes: string[] = []
  consumers.onChange({ onConsumerIdsChanged: group => changes.push(group) })
  const beat = (one: Client, topics: readonly string[] | null, more: Partial<ConsumerRegistration> = {}) =>
    consumers.register({
      group: 'group',
      client: one,
      manner: clustering,
      subscriptions: topics?.map(topic => subscription(topic)) ?? null,
      heartbeatFingerprint: 0,
      notifyConsumerIdsChangedEnable: true,
      ...more,
    })
  return { clock, consumers, changes, beat }
}

function client(clientId: string): Client & { channel: FakeChannel } {
  return { clientId, channel: new FakeChannel(), language: LanguageCode.JAVA, version: 513 }
}

function subscription(topic: string, subVersion = 1, subString = '*'): SubscriptionData {
  return { topic, subVersion, subString, expressionType: 'TAG', classFilterMode: false, codeSet: [], tagsSet: [] }
}

const topicsOf = (consumers: ConsumerTable): readonly string[] => consumers.find('group')?.subscriptions.topics() ?? []

test('a newcomer and a change of the topics are announced, a renewal is not', () => {
  const { changes, beat } = setUp()
  const one = client('one')
  expect(beat(one, ['A']).isChanged).toBe(true)
  expect(beat(one, ['A']).isChanged).toBe(false)
  expect(beat(one, ['A', 'B']).isChanged).toBe(true)
  expect(beat(client('two'), ['A', 'B']).isChanged).toBe(true)
  expect(changes).toEqual(['group', 'group', 'group'])
})

test('a newer version of a subscription is taken over and not announced, an older one is ignored', () => {
  const { consumers, changes, beat } = setUp()
  const one = client('one')
  beat(one, null, { subscriptions: [subscription('A', 5, 'x')] })
  beat(one, null, { subscriptions: [subscription('A', 4, 'old')] })
  expect(consumers.findSubscription('group', 'A')?.subString).toBe('x')
  beat(one, null, { subscriptions: [subscription('A', 6, 'new')] })
  expect(consumers.findSubscription('group', 'A')?.subString).toBe('new')
  expect(changes).toEqual(['group'])
})

test('the last heartbeat decides for the group: topics that are not in it are removed, its manner is taken over', () => {
  const { consumers, beat } = setUp()
  beat(client('one'), ['A', 'B'])
  beat(client('two'), ['B', 'C'], { manner: { ...clustering, consumeType: 'CONSUME_ACTIVELY' } })
  expect(topicsOf(consumers)).toEqual(['B', 'C'])
  expect(consumers.find('group')?.manner.consumeType).toBe('CONSUME_ACTIVELY')
  expect(consumers.groupsSubscribedTo('C')).toEqual(['group'])
  expect(consumers.groupsSubscribedTo('A')).toEqual([])
})

test('a beat without subscriptions keeps those that are known', () => {
  const { consumers, beat } = setUp()
  const one = client('one')
  beat(one, ['A'], { heartbeatFingerprint: 7 })
  expect(beat(one, null, { heartbeatFingerprint: 7 })).toEqual({ isChanged: false, isSubscriptionChanged: false })
  expect(topicsOf(consumers)).toEqual(['A'])
})

test('a fingerprint other than the last one of the group asks for the subscriptions in full', () => {
  const { beat } = setUp()
  beat(client('one'), ['A'], { heartbeatFingerprint: 7 })
  expect(beat(client('two'), null, { heartbeatFingerprint: 8 }).isSubscriptionChanged).toBe(true)
  expect(beat(client('three'), ['A'], { heartbeatFingerprint: 8 }).isSubscriptionChanged).toBe(false)
})

test('a first beat without subscriptions, as after a restart of the broker, asks for them', () => {
  const { beat } = setUp()
  const one = client('one')
  expect(beat(one, null, { heartbeatFingerprint: 7 }).isSubscriptionChanged).toBe(true)
  expect(beat(one, ['A'], { heartbeatFingerprint: 7 }).isSubscriptionChanged).toBe(false)
})

test('a member is a connection: two of one client id are two, and either is found by it', () => {
  const { consumers, beat } = setUp()
  const [first, second] = [client('same'), client('same')]
  beat(first, ['A'])
  beat(second, ['A'])
  expect(
    consumers
      .find('group')
      ?.members()
      .map(({ clientId }) => clientId),
  ).toEqual(['same', 'same'])
  consumers.removeChannel(first.channel)
  expect(consumers.findClient('group', 'same')?.channel).toBe(second.channel)
})

test('a connection that comes with another client id is that client now', () => {
  const { consumers, beat } = setUp()
  const one = client('one')
  beat(one, ['A'])
  expect(beat({ ...one, clientId: 'two' }, ['A']).isChanged).toBe(false)
  expect(
    consumers
      .find('group')
      ?.members()
      .map(({ clientId }) => clientId),
  ).toEqual(['two'])
})

test('a member that leaves is announced, and the group goes with its last', () => {
  const { consumers, changes, beat } = setUp()
  const [one, two] = [client('one'), client('two')]
  for (const member of [one, two]) beat(member, ['A'])
  changes.length = 0
  consumers.unregister('group', one.channel, true)
  consumers.unregister('group', one.channel, true)
  expect(changes).toEqual(['group'])
  consumers.removeChannel(two.channel)
  expect(consumers.find('group')).toBeNull()
  expect(consumers.groups()).toEqual([])
})

test('neither a broadcasting group nor one that switched notices off is announced', () => {
  const { consumers, changes, beat } = setUp()
  const one = client('one')
  beat(one, ['A'], { manner: { ...clustering, messageModel: 'BROADCASTING' } })
  consumers.removeChannel(one.channel)
  beat(one, ['A'], { notifyConsumerIdsChangedEnable: false })
  consumers.unregister('group', one.channel, false)
  expect(changes).toEqual([])
})

test('a lost connection leaves all its groups', () => {
  const { consumers, changes, beat } = setUp()
  const one = client('one')
  for (const group of ['a', 'b', 'c']) beat(one, ['A'], { group })
  changes.length = 0
  consumers.removeChannel(one.channel)
  expect(changes).toEqual(['a', 'b', 'c'])
  expect(consumers.groups()).toEqual([])
})

test('a member silent for longer than the limit is removed, closed and announced', () => {
  const { clock, consumers, changes, beat } = setUp()
  const [silent, alive] = [client('silent'), client('alive')]
  for (const member of [silent, alive]) beat(member, ['A'])
  clock.advance(120_001)
  beat(alive, ['A'])
  changes.length = 0
  consumers.removeExpired(120_000)
  expect(silent.channel.isOpen).toBe(false)
  expect(
    consumers
      .find('group')
      ?.members()
      .map(({ clientId }) => clientId),
  ).toEqual(['alive'])
  expect(changes).toEqual(['group'])
})

test('a subscription learnt from a pull counts while the heartbeats know none, and expires', () => {
  const { clock, consumers, beat } = setUp()
  consumers.compensated.put('group', subscription('A', clock.nowMs(), 'pulled'))
  expect(consumers.findSubscription('group', 'A')?.subString).toBe('pulled')
  beat(client('one'), ['A'])
  expect(consumers.findSubscription('group', 'A')?.subString).toBe('*')
  consumers.compensated.removeOlderThan(clock.nowMs())
  expect(consumers.compensated.find('group', 'A')).not.toBeNull()
  consumers.compensated.removeOlderThan(clock.nowMs() + 1)
  expect(consumers.compensated.find('group', 'A')).toBeNull()
})

test('the connection list shows members, subscriptions and the manner', () => {
  const { consumers, beat } = setUp()
  const one = client('one')
  beat(one, ['A'])
  expect(consumerConnectionOf(consumers.find('group')!)).toEqual({
    ...clustering,
    connectionSet: [{ clientAddr: one.channel.remoteAddress, clientId: 'one', language: 'JAVA', version: 513 }],
    subscriptionTable: new Map([['A', subscription('A')]]),
  })
})
