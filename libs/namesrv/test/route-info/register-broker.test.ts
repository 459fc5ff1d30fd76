import { setUpRoutes } from '../support/route-setup'

const NOTHING = { haServerAddr: null, masterAddr: null }
const slave = { brokerId: 1, brokerAddr: '127.0.0.1:1002', haServerAddr: '127.0.0.1:2002' }

test('a broker that registers has routes', () => {
  const { register, route } = setUpRoutes()
  expect(register()).toEqual(NOTHING)
  expect(route('T1')).toMatchObject({
    brokerDatas: [{ brokerName: 'ba', cluster: 'C1', brokerAddrs: new Map([[0, '127.0.0.1:1001']]) }],
    queueDatas: [{ brokerName: 'ba', perm: 6, readQueueNums: 16, writeQueueNums: 16, topicSysFlag: 0 }],
  })
})

test('one topic of a broker that is not known is refused and leaves nothing behind', () => {
  const { register, route, tables } = setUpRoutes()
  expect(register({ topics: ['T1'] })).toBeNull()
  expect(route('T1')).toBeNull()
  expect(tables.brokers.clusterNames()).toEqual([])
  expect(tables.live.find('C1', '127.0.0.1:1001')).toBeNull()
})

test('one topic of a known broker is added, the others stay', () => {
  const { register, route } = setUpRoutes()
  register()
  expect(register({ topics: ['T3'], counter: 2 })).toEqual(NOTHING)
  expect([route('T1'), route('T3')].map(found => found?.queueDatas.length)).toEqual([1, 1])
})

test('topics that are missing from a registration are removed only when that is configured', () => {
  const { register, route, config } = setUpRoutes()
  register({ topics: ['T1', 'T2', 'T3'] })
  register({ topics: ['T1', 'T2'], counter: 2 })
  expect(route('T3')).not.toBeNull()
  config.deleteTopicWithBrokerRegistration = true
  register({ topics: ['T1', 'T2'], counter: 2 })
  expect(route('T3')).toBeNull()
})

test('a repeated registration changes nothing that routes show', () => {
  const { register, changes } = setUpRoutes()
  register()
  changes.length = 0
  register()
  register({ counter: 2 })
  expect(changes).toEqual([])
})

test('a registration of the same version does not undo a wiped permission, one of another version does', () => {
  const { register, route, tables } = setUpRoutes()
  register()
  tables.topics.changePermission('ba', () => 4)
  register()
  expect(route('T1')?.queueDatas[0]?.perm).toBe(4)
  register({ counter: 2 })
  expect(route('T1')?.queueDatas[0]?.perm).toBe(6)
})

test('a slave learns its master, and its topics do not count while there is one', () => {
  const { register, route } = setUpRoutes()
  expect(register(slave)).toEqual(NOTHING)
  register()
  expect(register({ ...slave, topics: ['T1', 'T9'] })).toEqual({
    haServerAddr: '127.0.0.1:2001',
    masterAddr: '127.0.0.1:1001',
  })
  expect(route('T9')).toBeNull()
})

test('the first slave without a master tells the topics, unless it is older than 5.0', () => {
  const old = setUpRoutes()
  old.register({ ...slave, enableActingMaster: null })
  expect(old.route('T1')).toBeNull()
  const { register, route } = setUpRoutes()
  register({ ...slave, brokerId: 2, brokerAddr: '127.0.0.1:1003', topics: ['T2', 'T3'] })
  register({ ...slave, topics: ['T1', 'T4'] })
  register({ ...slave, brokerId: 2, brokerAddr: '127.0.0.1:1003', topics: ['T5', 'T6'], counter: 2 })
  expect([route('T3'), route('T4'), route('T5')].map(found => found !== null)).toEqual([true, true, false])
})

test('a slave that may act as master has no permission to write', () => {
  const { register, route } = setUpRoutes()
  register({ ...slave, enableActingMaster: true })
  expect(route('T1')?.queueDatas[0]?.perm).toBe(4)
})

test('an address that registers under another id moves to it', () => {
  const { register, tables } = setUpRoutes()
  register({ ...slave })
  register({ ...slave, brokerId: 0 })
  expect(tables.brokers.find('ba')?.brokerAddrs).toEqual(new Map([[0, '127.0.0.1:1002']]))
})

test('of two addresses with one id the higher state version wins', () => {
  const { register, tables } = setUpRoutes()
  register({ stateVersion: 5 })
  const rival = { brokerAddr: '127.0.0.1:1009' }
  expect(register({ ...rival, stateVersion: 4 })).toEqual(NOTHING)
  expect(tables.brokers.find('ba')?.brokerAddrs.get(0)).toBe('127.0.0.1:1001')
  expect(tables.live.find('C1', rival.brokerAddr)).toBeNull()
  register({ ...rival, stateVersion: 5 })
  expect(tables.brokers.find('ba')?.brokerAddrs.get(0)).toBe('127.0.0.1:1009')
})

test('a slave that claims an id which a newer broker has loses its own', () => {
  const { register, tables } = setUpRoutes()
  register({ stateVersion: 5 })
  register({ ...slave })
  register({ ...slave, brokerId: 0, stateVersion: 4 })
  expect(tables.brokers.find('ba')?.brokerAddrs).toEqual(new Map([[0, '127.0.0.1:1001']]))
})

test('a smaller broker id than before is announced', () => {
  const { register, notices } = setUpRoutes()
  register({ ...slave, brokerId: 2 })
  register({ ...slave, brokerId: 1, brokerAddr: '127.0.0.1:1003', haServerAddr: 'ha:1' })
  register({ haServerAddr: 'ha:0' })
  register({ haServerAddr: 'ha:0' })
  expect(notices).toEqual(['ba up ha:1', 'ba up ha:0'])
})

test('the time that a broker may be silent is its own or 120 s', () => {
  const { register, tables } = setUpRoutes()
  register({ heartbeatTimeoutMillis: 3000 })
  register({ brokerName: 'bb', brokerAddr: '127.0.0.1:1005' })
  expect(tables.live.find('C1', '127.0.0.1:1001')?.heartbeatTimeoutMillis).toBe(3000)
  expect(tables.live.find('C1', '127.0.0.1:1005')?.heartbeatTimeoutMillis).toBe(120_000)
})
