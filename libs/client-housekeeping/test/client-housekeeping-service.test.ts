import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { ClientHousekeepingService, ConsumerTable, ProducerTable } from '../src'
import { FakeChannel } from './support/fake-channel'

const config = { channelExpiredTimeout: 120_000, subscriptionExpiredTimeout: 600_000 }

function setUp() {
  const clock = new FakeClock()
  const deps = { clock, log: silentLog }
  const producers = new ProducerTable(deps)
  const consumers = new ConsumerTable(deps)
  const housekeeping = new ClientHousekeepingService(config, { producers, consumers, clock })
  const channel = new FakeChannel()
  const client = { channel, clientId: 'one', language: null, version: 0 }
  producers.register('producers', client)
  consumers.register({
    group: 'consumers',
    client,
    manner: { consumeType: null, messageModel: 'CLUSTERING', consumeFromWhere: null },
    subscriptions: [],
    heartbeatFingerprint: 0,
    notifyConsumerIdsChangedEnable: true,
  })
  const groups = (): readonly string[] => [...producers.groups(), ...consumers.groups()]
  return { clock, housekeeping, channel, groups, consumers }
}

test('a closed connection takes its clients with it', () => {
  const { housekeeping, channel, groups } = setUp()
  expect(groups()).toEqual(['producers', 'consumers'])
  housekeeping.onClose(channel)
  expect(groups()).toEqual([])
})

test('a silent client is gone at the first scan after 120 s, and no scan comes after a stop', async () => {
  const { clock, housekeeping, channel, groups } = setUp()
  await housekeeping.start()
  clock.advance(120_000)
  expect(groups()).toEqual(['producers', 'consumers'])
  await housekeeping.stop()
  clock.advance(60_000)
  expect(channel.isOpen).toBe(true)
  await housekeeping.start()
  clock.advance(10_000)
  expect(groups()).toEqual([])
  expect(channel.isOpen).toBe(false)
})

test('a subscription learnt from a pull is forgotten after 10 minutes', async () => {
  const { clock, housekeeping, consumers } = setUp()
  const subVersion = clock.nowMs()
  const common = { subString: '*', expressionType: 'TAG', classFilterMode: false, codeSet: [], tagsSet: [] }
  consumers.compensated.put('puller', { ...common, topic: 'A', subVersion })
  await housekeeping.start()
  clock.advance(600_000)
  expect(consumers.findSubscription('puller', 'A')).not.toBeNull()
  clock.advance(10_000)
  expect(consumers.findSubscription('puller', 'A')).toBeNull()
  await housekeeping.stop()
})
