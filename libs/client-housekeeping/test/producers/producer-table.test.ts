import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import {
  GROUPS_PER_CHANNEL_MAX,
  ProducerTable,
  TooManyGroupsError,
  producerConnectionOf,
  producerTableInfoOf,
} from '../../src'
import type { Client } from '../../src'
import { LanguageCode } from '@rocketmq-ts/protocol'
import { FakeChannel } from '../support/fake-channel'

function setUp() {
  const clock = new FakeClock()
  const producers = new ProducerTable({ clock, log: silentLog })
  return { clock, producers }
}

function client(clientId: string, channel = new FakeChannel()): Client & { channel: FakeChannel } {
  return { clientId, channel, language: LanguageCode.GO, version: 317 }
}

test('a client is found by its group and by its id', () => {
  const { producers, clock } = setUp()
  const one = client('one')
  producers.register('group', one)
  expect(producers.members('group')).toEqual([{ ...one, lastUpdateTimestamp: clock.nowMs() }])
  expect(producers.findChannel('one')).toBe(one.channel)
  expect(producers.findChannel('two')).toBeNull()
})

test('the newest connection of a client id wins, and losing the old one changes nothing', () => {
  const { producers } = setUp()
  const old = client('one')
  const young = client('one')
  producers.register('group', old)
  producers.register('group', young)
  producers.removeChannel(old.channel)
  expect(producers.findChannel('one')).toBe(young.channel)
})

test('an older connection is the newest again after its next heartbeat', () => {
  const { producers } = setUp()
  const old = client('one')
  const young = client('one')
  producers.register('group', old)
  producers.register('group', young)
  producers.removeChannel(young.channel)
  expect(producers.findChannel('one')).toBeNull()
  producers.register('group', old)
  expect(producers.findChannel('one')).toBe(old.channel)
})

test('a client that leaves one of its groups is still found by its id', () => {
  const { producers } = setUp()
  const one = client('one')
  producers.register('a', one)
  producers.register('b', one)
  expect(producers.unregister('a', one.channel)).toBe(true)
  expect(producers.unregister('a', one.channel)).toBe(false)
  expect(producers.findChannel('one')).toBe(one.channel)
  expect(producers.groups()).toEqual(['b'])
})

test('a lost connection leaves all its groups', () => {
  const { producers } = setUp()
  const one = client('one')
  const two = client('two')
  for (const group of ['a', 'b']) producers.register(group, one)
  producers.register('b', two)
  producers.removeChannel(one.channel)
  expect(producers.isGroupOnline('a')).toBe(false)
  expect(producers.members('b').map(({ clientId }) => clientId)).toEqual(['two'])
})

test('a client silent for longer than the limit is removed and its connection closed', () => {
  const { producers, clock } = setUp()
  const silent = client('silent')
  const alive = client('alive')
  for (const one of [silent, alive]) producers.register('group', one)
  clock.advance(120_000)
  producers.register('group', alive)
  producers.removeExpired(120_000)
  expect(silent.channel.isOpen).toBe(true)
  clock.advance(1)
  producers.removeExpired(120_000)
  expect(silent.channel.isOpen).toBe(false)
  expect(producers.members('group').map(({ clientId }) => clientId)).toEqual(['alive'])
})

test('transaction checks go round the open connections of a group', () => {
  const { producers } = setUp()
  const clients = ['one', 'two', 'three'].map(id => client(id))
  for (const one of clients) producers.register('group', one)
  const chosen = [1, 2, 3].map(() => producers.nextAvailableChannel('group'))
  expect(new Set(chosen)).toEqual(new Set(clients.map(({ channel }) => channel)))
  clients[0]!.channel.close()
  clients[1]!.channel.close()
  for (let turn = 0; turn < 5; turn += 1) expect(producers.nextAvailableChannel('group')).toBe(clients[2]!.channel)
  clients[2]!.channel.close()
  expect(producers.nextAvailableChannel('group')).toBeNull()
  expect(producers.nextAvailableChannel('nobody')).toBeNull()
})

test('a connection that announces too many groups is refused, and keeps those that it has', () => {
  const { producers } = setUp()
  const one = client('one')
  for (let index = 0; index < GROUPS_PER_CHANNEL_MAX; index += 1) producers.register(`group-${index}`, one)
  expect(() => producers.register('one more', one)).toThrow(TooManyGroupsError)
  expect(() => producers.register('group-0', one)).not.toThrow()
  expect(producers.groups()).toHaveLength(GROUPS_PER_CHANNEL_MAX)
})

test('client ids that change with every heartbeat leave nothing behind', () => {
  const { producers } = setUp()
  const one = client('one')
  producers.register('group', one)
  producers.register('group', { ...one, clientId: 'other' })
  expect(producers.findChannel('other')).toBeNull()
  expect(producers.members('group').map(({ clientId }) => clientId)).toEqual(['one'])
})

test('admin answers show connections as Java prints them', () => {
  const { producers, clock } = setUp()
  const one = client('one')
  producers.register('group', one)
  producers.register('group', { ...client('two'), language: null })
  const [first, second] = producers.members('group')
  expect(producerConnectionOf(producers, 'nobody')).toBeNull()
  expect(producerConnectionOf(producers, 'group')?.connectionSet).toEqual([
    { clientAddr: first!.channel.remoteAddress, clientId: 'one', language: 'GO', version: 317 },
    { clientAddr: second!.channel.remoteAddress, clientId: 'two', language: 'OTHER', version: 317 },
  ])
  expect(producerTableInfoOf(producers).data.get('group')?.[0]).toEqual({
    clientId: 'one',
    language: 'GO',
    lastUpdateTimestamp: clock.nowMs(),
    remoteIP: `/${first!.channel.remoteAddress}`,
    version: 317,
  })
})
