import { setUpRoutes } from '../support/route-setup'

const slave = { brokerId: 1, brokerAddr: '127.0.0.1:1002' }

test('the last address of a broker name takes its queues, its name and its cluster with it', () => {
  const { register, unregister, route, tables } = setUpRoutes()
  register()
  unregister('127.0.0.1:1001')
  expect(route('T1')).toBeNull()
  expect(tables.topics.topics()).toEqual([])
  expect(tables.brokers.clusterNames()).toEqual([])
  expect(tables.brokers.find('ba')).toBeNull()
  expect(tables.live.find('C1', '127.0.0.1:1001')).toBeNull()
})

test('queues of other brokers stay', () => {
  const { register, unregister, route } = setUpRoutes()
  register()
  register({ brokerName: 'bb', brokerAddr: '127.0.0.1:1005' })
  unregister('127.0.0.1:1001')
  expect(route('T1')?.queueDatas.map(({ brokerName }) => brokerName)).toEqual(['bb'])
})

test('a lost master leaves its slaves in the route, and they keep the permission to write', () => {
  const { register, unregister, route } = setUpRoutes()
  register()
  register(slave)
  unregister('127.0.0.1:1001')
  expect(route('T1')?.brokerDatas[0]?.brokerAddrs).toEqual(new Map([[1, '127.0.0.1:1002']]))
  expect(route('T1')?.queueDatas[0]?.perm).toBe(6)
})

test('a lost master whose slaves may act for it leaves nothing to write to', () => {
  const { register, unregister, route, notices } = setUpRoutes()
  register({ enableActingMaster: true })
  register({ ...slave, enableActingMaster: true })
  unregister('127.0.0.1:1001')
  expect(route('T1')?.queueDatas[0]?.perm).toBe(4)
  expect(notices).toEqual(['ba down 127.0.0.1:1001'])
})

test('a lost slave is not announced and changes no permission', () => {
  const { register, unregister, route, notices } = setUpRoutes()
  register({ enableActingMaster: true })
  register({ ...slave, enableActingMaster: true })
  unregister('127.0.0.1:1002')
  expect(route('T1')?.queueDatas[0]?.perm).toBe(6)
  expect(notices).toEqual([])
})

test('a master that comes back may be written to again', () => {
  const { register, unregister, route } = setUpRoutes()
  register({ enableActingMaster: true })
  register({ ...slave, enableActingMaster: true })
  unregister('127.0.0.1:1001')
  register({ enableActingMaster: true })
  expect(route('T1')?.queueDatas[0]?.perm).toBe(6)
})

test('a stranger that takes leave changes nothing', () => {
  const { register, unregister, changes } = setUpRoutes()
  register()
  changes.length = 0
  unregister('127.0.0.1:9999')
  unregister('127.0.0.1:1001', 'bx')
  expect(changes).toEqual([])
})
