import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { ConsumerIdsNotifier, ConsumerTable } from '../../src'
import { RequestCode } from '@rocketmq-ts/protocol'
import { FakeChannel } from '../support/fake-channel'

const endOfTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

function setUp(config = { notifyConsumerIdsChangedEnable: true, realTimeNotifyConsumerChange: true }) {
  const clock = new FakeClock()
  const consumers = new ConsumerTable({ clock, log: silentLog })
  const notifier = new ConsumerIdsNotifier(config, { consumers, clock, log: silentLog })
  consumers.onChange(notifier)
  const join = (group = 'group'): FakeChannel => {
    const channel = new FakeChannel()
    consumers.register({
      group,
      client: { channel, clientId: `client-${channel.id}`, language: null, version: 0 },
      manner: { consumeType: 'CONSUME_PASSIVELY', messageModel: 'CLUSTERING', consumeFromWhere: null },
      subscriptions: [],
      heartbeatFingerprint: 0,
      notifyConsumerIdsChangedEnable: true,
    })
    return channel
  }
  return { clock, consumers, notifier, join }
}

test('every member is told of a newcomer, the newcomer too', async () => {
  const { clock, join } = setUp()
  const old = join()
  await endOfTurn()
  expect(old.sent).toHaveLength(1)
  clock.advance(100)
  const newcomer = join()
  await endOfTurn()
  expect(old.sent).toHaveLength(2)
  expect(newcomer.sent).toMatchObject([
    { code: RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, extFields: { consumerGroup: 'group' } },
  ])
})

test('a restart of a thousand members tells each of them once per round', async () => {
  const { clock, join } = setUp()
  const members = Array.from({ length: 1000 }, () => join())
  await endOfTurn()
  const late = [join(), join()]
  await endOfTurn()
  expect(members.map(({ sent }) => sent.length)).toEqual(members.map(() => 1))
  expect(late.map(({ sent }) => sent.length)).toEqual([0, 0])
  clock.advance(100)
  expect([...members, ...late].reduce((sum, { sent }) => sum + sent.length, 0)).toBe(2002)
})

test('those that are left are told of a member that is gone, and a group without members costs nothing', async () => {
  const { consumers, clock, join } = setUp()
  const [one, two] = [join(), join()]
  await endOfTurn()
  clock.advance(100)
  consumers.removeChannel(one)
  await endOfTurn()
  expect(two.sent).toHaveLength(2)
  consumers.removeChannel(two)
  clock.advance(100)
  expect(two.sent).toHaveLength(2)
})

test('the changes of 15 s share a round when notices need not be at once', async () => {
  const { clock, join } = setUp({ notifyConsumerIdsChangedEnable: true, realTimeNotifyConsumerChange: false })
  const one = join()
  await endOfTurn()
  join()
  clock.advance(14_999)
  expect(one.sent).toHaveLength(1)
  clock.advance(1)
  expect(one.sent).toHaveLength(2)
})

test('nobody is told when the broker switched notices off, nor after a stop', async () => {
  const off = setUp({ notifyConsumerIdsChangedEnable: false, realTimeNotifyConsumerChange: true })
  const one = off.join()
  const stopped = setUp()
  const two = stopped.join()
  stopped.notifier.stop()
  await endOfTurn()
  expect([...one.sent, ...two.sent]).toEqual([])
})
