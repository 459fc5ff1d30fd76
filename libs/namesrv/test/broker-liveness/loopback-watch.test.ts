import { LoopbackWatch } from '../../src/broker-liveness/loopback-watch'
import { BrokerTable } from '../../src/route-info/broker-table'

function watch(brokerAddr: string) {
  const brokers = new BrokerTable(() => undefined)
  const member = { clusterName: 'c', brokerName: 'broker-a', brokerId: 0, enableActingMaster: false, zoneName: null }
  brokers.put({ ...member, brokerAddr })
  const warnings: object[] = []
  const loopbackWatch = new LoopbackWatch({ brokers, log: { warn: values => void warnings.push(values) } })
  return { warnings, comesFrom: (remoteAddress: string) => loopbackWatch.onOpen({ remoteAddress }) }
}

test('a client from elsewhere, of a broker that advertises its loopback, is worth one warning', () => {
  const { comesFrom, warnings } = watch('127.0.0.1:10911')
  comesFrom('127.0.0.1:5000')
  expect(warnings).toEqual([])
  comesFrom('10.0.0.8:5000')
  comesFrom('10.0.0.9:5000')
  expect(warnings).toEqual([
    expect.objectContaining({ brokerName: 'broker-a', brokerAddr: '127.0.0.1:10911', remoteAddress: '10.0.0.8:5000' }),
  ])
})

test('a broker with an address of the network is none', () => {
  const { comesFrom, warnings } = watch('10.0.0.1:10911')
  comesFrom('10.0.0.8:5000')
  comesFrom('[fd00::2]:5000')
  expect(warnings).toEqual([])
})
