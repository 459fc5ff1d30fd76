import { setUpRoutes } from '../support/route-setup'
import { onlyOfZone } from '../../src/route-info/zone-route'

const slave = { brokerId: 3, brokerAddr: '127.0.0.1:1002', enableActingMaster: true }

function withoutMaster() {
  const routes = setUpRoutes()
  routes.register({ enableActingMaster: true, topics: ['T1', 'rmq_sys_SYNC_BROKER_MEMBER_ba'] })
  routes.register(slave)
  routes.register({ ...slave, brokerId: 7, brokerAddr: '127.0.0.1:1003' })
  routes.unregister('127.0.0.1:1001')
  const addrs = (topic: string) => routes.route(topic)?.brokerDatas[0]?.brokerAddrs
  return { ...routes, addrs }
}

test('the first slave is shown as master when that is configured', () => {
  const { addrs, config, tables } = withoutMaster()
  expect([...(addrs('T1') ?? [])]).toEqual([
    [3, '127.0.0.1:1002'],
    [7, '127.0.0.1:1003'],
  ])
  config.supportActingMaster = true
  expect([...(addrs('T1') ?? [])]).toEqual([
    [0, '127.0.0.1:1002'],
    [7, '127.0.0.1:1003'],
  ])
  expect(tables.brokers.find('ba')?.brokerAddrs.has(0)).toBe(false)
})

test('no slave is shown as master while its queues may be written', () => {
  const { addrs, config, tables } = withoutMaster()
  config.supportActingMaster = true
  tables.topics.changePermission('ba', () => 6)
  expect(addrs('T1')?.has(0)).toBe(false)
})

test('brokers that look for their own members see who is really master', () => {
  const { addrs, config } = withoutMaster()
  config.supportActingMaster = true
  expect(addrs('rmq_sys_SYNC_BROKER_MEMBER_ba')?.has(0)).toBe(false)
})

test('a zone keeps its own brokers, and those whose master is lost', () => {
  const { register, unregister, route } = setUpRoutes()
  register({ zoneName: 'Z1' })
  register({ brokerName: 'bb', brokerAddr: '127.0.0.1:1011', zoneName: 'z2', filterServers: ['127.0.0.1:7001'] })
  register({ brokerName: 'bc', brokerAddr: '127.0.0.1:1021', zoneName: null })
  register({ brokerName: 'bd', brokerAddr: '127.0.0.1:1031', zoneName: 'z2' })
  register({ brokerName: 'bd', brokerAddr: '127.0.0.1:1032', zoneName: 'z2', brokerId: 1 })
  unregister('127.0.0.1:1031', 'bd')
  const whole = route('T1')!
  expect(whole.filterServerTable).toEqual(new Map([['127.0.0.1:1011', ['127.0.0.1:7001']]]))
  const near = onlyOfZone(whole, 'z1')
  expect(near.brokerDatas.map(({ brokerName }) => brokerName)).toEqual(['ba', 'bd'])
  expect(near.queueDatas.map(({ brokerName }) => brokerName)).toEqual(['ba', 'bd'])
  expect(near.filterServerTable).toEqual(new Map())
})
