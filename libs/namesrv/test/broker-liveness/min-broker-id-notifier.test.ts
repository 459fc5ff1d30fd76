import { silentLog } from '@rocketmq-ts/base'
import { RequestCode } from '@rocketmq-ts/protocol'
import type { RemotingCommand } from '@rocketmq-ts/protocol'
import { MinBrokerIdNotifier } from '../../src/broker-liveness/min-broker-id-notifier'
import { BrokerTable } from '../../src/route-info/broker-table'

function setUp({ notifyMinBrokerIdChanged = true, enableActingMaster = true, ids = [0, 1, 2] } = {}) {
  const brokers = new BrokerTable(() => undefined)
  for (const brokerId of ids) {
    const brokerAddr = `127.0.0.1:100${brokerId}`
    brokers.put({ clusterName: 'C1', brokerName: 'ba', brokerId, brokerAddr, enableActingMaster, zoneName: null })
  }
  const sent: Record<string, RemotingCommand> = {}
  const client = {
    sendOneway: (address: string, command: RemotingCommand) => {
      sent[address] = command
      return address.endsWith('2') ? Promise.reject(new Error('nobody there')) : Promise.resolve(true)
    },
  }
  const notifier = new MinBrokerIdNotifier({ brokers, config: { notifyMinBrokerIdChanged }, client, log: silentLog })
  return { brokers, notifier, sent }
}

test('the brokers of a name are told of a new smallest id, that broker itself is not', () => {
  const { notifier, sent } = setUp()
  notifier.onRegister('ba', 'ha:1')
  expect(Object.keys(sent)).toEqual(['127.0.0.1:1001', '127.0.0.1:1002'])
  expect(sent['127.0.0.1:1001']).toMatchObject({
    code: RequestCode.NOTIFY_MIN_BROKER_ID_CHANGE,
    extFields: { minBrokerId: '0', minBrokerAddr: '127.0.0.1:1000', haBrokerAddr: 'ha:1' },
  })
})

test('those that are left are told of the broker that is gone', () => {
  const { notifier, sent } = setUp({ ids: [1, 2] })
  notifier.onUnregister('ba', '127.0.0.1:1000')
  expect(Object.keys(sent)).toEqual(['127.0.0.1:1001', '127.0.0.1:1002'])
  expect(sent['127.0.0.1:1002']?.extFields).toEqual({
    minBrokerId: '1',
    minBrokerAddr: '127.0.0.1:1001',
    offlineBrokerAddr: '127.0.0.1:1000',
  })
})

test('nobody is told unless it is configured, nor of a loss that nobody may act for, nor by an empty name', () => {
  for (const options of [{ notifyMinBrokerIdChanged: false }, { enableActingMaster: false }, { ids: [] }]) {
    const { notifier, sent } = setUp(options)
    notifier.onUnregister('ba', '127.0.0.1:1000')
    expect(sent).toEqual({})
  }
})
