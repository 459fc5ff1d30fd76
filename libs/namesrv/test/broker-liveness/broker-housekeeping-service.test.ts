import { silentLog } from '@rocketmq-ts/base'
import { BrokerHousekeepingService } from '../../src/broker-liveness/broker-housekeeping-service'
import { channelOf } from '../support/route-fixtures'
import { setUpRoutes } from '../support/route-setup'

async function setUp() {
  const routes = setUpRoutes()
  const { clock, tables } = routes
  const housekeeping = new BrokerHousekeepingService({
    live: tables.live,
    unregister: ({ brokerAddr, brokerName }) => routes.unregister(brokerAddr, brokerName),
    config: { scanNotActiveBrokerInterval: 5000 },
    clock,
    log: silentLog,
  })
  await housekeeping.start()
  return { ...routes, housekeeping }
}

test('a broker silent for longer than 120 s is removed at the next scan, and its connection closed', async () => {
  const { register, route, clock, housekeeping } = await setUp()
  const channel = channelOf()
  register({ channel })
  clock.advance(120_000)
  expect(route('T1')).not.toBeNull()
  clock.advance(5000)
  expect(route('T1')).toBeNull()
  expect(channel.closeReason).toBe('no broker heartbeat')
  await housekeeping.stop()
})

test('a broker that is heard of stays', async () => {
  const { register, route, clock, tables, housekeeping } = await setUp()
  register({ heartbeatTimeoutMillis: 3000 })
  for (let round = 0; round < 10; round += 1) {
    tables.live.renew('C1', '127.0.0.1:1001', clock.nowMs())
    clock.advance(2500)
  }
  expect(route('T1')).not.toBeNull()
  clock.advance(10_000)
  expect(route('T1')).toBeNull()
  await housekeeping.stop()
})

test('a lost connection removes all brokers that registered on it, at once', async () => {
  const { register, route, tables, housekeeping } = await setUp()
  const channel = channelOf()
  register({ channel })
  register({ channel, brokerName: 'bb', brokerAddr: '127.0.0.1:1005' })
  register({ brokerName: 'bc', brokerAddr: '127.0.0.1:1006' })
  housekeeping.onClose(channel)
  expect([...tables.brokers.all().keys()]).toEqual(['bc'])
  expect(route('T1')?.queueDatas).toHaveLength(1)
  await housekeeping.stop()
})

test('the old connection of a broker that has registered on a new one means nothing', async () => {
  const { register, route, housekeeping } = await setUp()
  const old = channelOf()
  register({ channel: old })
  register({ channel: channelOf() })
  housekeeping.onClose(old)
  expect(route('T1')).not.toBeNull()
  await housekeeping.stop()
})

test('connections that close because the NameServer stops are no lost brokers', async () => {
  const { register, route, housekeeping } = await setUp()
  const channel = channelOf()
  register({ channel })
  await housekeeping.stop()
  housekeeping.onClose(channel)
  expect(route('T1')).not.toBeNull()
})
