import { ConfigError } from '@rocketmq-ts/base'
import { LanguageCode, RemotingCommand, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import type { HeartbeatData } from '@rocketmq-ts/protocol'
import { ConnectFailedError } from '@rocketmq-ts/remoting'
import type { ConnectedClient } from '../../../src/messaging/brokers'
import { BrokerNotFoundError, BrokerRefusedError } from '../../../src/messaging/refusals'
import { useCluster, whoAreYou } from './cluster-of-test'

const cluster = useCluster()
const TIMEOUT_MS = 15_000

test('a broker is found by its name, and asked; of its route nobody is asked again', async () => {
  const broker = await cluster.broker('broker-a')
  const nameServer = await cluster.nameServer('T', [broker])
  const brokers = await cluster.brokers(nameServer.address)
  for (let time = 0; time < 3; time += 1) {
    expect((await brokers.invoke('broker-a', whoAreYou(), TIMEOUT_MS)).remark).toBe('broker-a')
  }
  expect(nameServer.asked).toEqual(['broker-a'])
})

test('a NameServer that is down is passed over', async () => {
  const broker = await cluster.broker('broker-a')
  const [down, up] = [await cluster.nameServer('T', [broker]), await cluster.nameServer('T', [broker])]
  await down.stop()
  const brokers = await cluster.brokers(`${down.address};${up.address}`)
  expect((await brokers.findRoute('T'))?.queueDatas).toHaveLength(1)
  expect((await brokers.invoke('broker-a', whoAreYou(), TIMEOUT_MS)).remark).toBe('broker-a')
})

test('nobody has the topic: that is asked anew each time, as it may be made', async () => {
  const nameServer = await cluster.nameServer('T', [])
  const brokers = await cluster.brokers(nameServer.address)
  expect([await brokers.findRoute('T'), await brokers.findRoute('T')]).toEqual([null, null])
  expect(nameServer.asked).toEqual(['T', 'T'])
})

test('a broker that nobody knows is not found', async () => {
  const nameServer = await cluster.nameServer('T', [])
  const brokers = await cluster.brokers(nameServer.address)
  await expect(brokers.invoke('broker-z', whoAreYou(), TIMEOUT_MS)).rejects.toThrow(BrokerNotFoundError)
  expect(brokers.isAvoided('broker-z')).toBe(false)
})

test('a broker that has gone is avoided', async () => {
  const broker = await cluster.broker('broker-a')
  const nameServer = await cluster.nameServer('T', [broker])
  const brokers = await cluster.brokers(nameServer.address)
  await broker.stop()
  await expect(brokers.invoke('broker-a', whoAreYou(), TIMEOUT_MS)).rejects.toThrow(ConnectFailedError)
  expect(brokers.isAvoided('broker-a')).toBe(true)
})

test.each(['', ' ; ', 'nowhere'])('"%s" is no list of NameServers', async namesrvAddr => {
  await expect(cluster.brokers(namesrvAddr)).rejects.toThrow(ConfigError)
})

test('each client has a connection of its own to every broker of its topic, until it leaves', async () => {
  const [a, b] = [await cluster.broker('broker-a'), await cluster.broker('broker-b')]
  const nameServer = await cluster.nameServer('T', [a, b])
  const brokers = await cluster.brokers(nameServer.address)
  const [one, two] = [brokers.link(clientOf('one')), brokers.link(clientOf('two'))]
  await Promise.all([one.heartbeat(heartbeatOf('one')), two.heartbeat(heartbeatOf('two'))])
  await eventually(() => [a, b].every(({ channels }) => channels.size === 2))
  expect(new Set([a, b].flatMap(({ channels }) => [...channels.values()].map(({ id }) => id))).size).toBe(4)
  const first = a.channels.get('one')!.id
  await one.heartbeat(heartbeatOf('one'))
  expect(a.channels.get('one')!.id).toBe(first)
  one.close()
  await eventually(() => !a.channels.get('one')!.isOpen && !b.channels.get('one')!.isOpen)
  expect(a.channels.get('two')!.isOpen).toBe(true)
})

test('what a broker pushes goes to the client that it is for', async () => {
  const broker = await cluster.broker('broker-a')
  const nameServer = await cluster.nameServer('T', [broker])
  const brokers = await cluster.brokers(nameServer.address)
  const pushed: string[] = []
  for (const clientId of ['one', 'two']) {
    const onPush: ConnectedClient['onPush'] = ({ code, body }, brokerName) => {
      pushed.push(`${clientId} ${brokerName} ${code} ${body?.toString()}`)
    }
    await brokers.link({ ...clientOf(clientId), onPush }).heartbeat(heartbeatOf(clientId))
  }
  await eventually(() => broker.channels.size === 2)
  const push = RemotingCommand.request(RequestCode.CHECK_TRANSACTION_STATE, {}, Buffer.from('half'))
  broker.channels.get('two')!.sendOneway(push)
  await eventually(() => pushed.length > 0)
  expect(pushed).toEqual([`two broker-a ${RequestCode.CHECK_TRANSACTION_STATE} half`])
})

test('a connection of a client that broke is made anew with its next heartbeat', async () => {
  const broker = await cluster.broker('broker-a')
  const nameServer = await cluster.nameServer('T', [broker])
  const link = (await cluster.brokers(nameServer.address)).link(clientOf('one'))
  await link.heartbeat(heartbeatOf('one'))
  await eventually(() => broker.channels.size === 1)
  const first = broker.channels.get('one')!
  first.close('test')
  await eventually(async () => {
    await link.heartbeat(heartbeatOf('one'))
    return broker.channels.get('one')!.id !== first.id
  })
})

test('a client that its brokers refuse is told so; one that they cannot be told of goes on', async () => {
  const broker = await cluster.broker('broker-a')
  const nameServer = await cluster.nameServer('T', [broker])
  const link = (await cluster.brokers(nameServer.address)).link(clientOf('one'))
  broker.answer = ResponseCode.NO_PERMISSION
  await expect(link.heartbeat(heartbeatOf('one'))).rejects.toThrow(BrokerRefusedError)
  await broker.stop()
  await expect(link.heartbeat(heartbeatOf('one'))).resolves.toBeUndefined()
})

test('above the limit of connections clients are served without brokers knowing of them', async () => {
  const broker = await cluster.broker('broker-a')
  const nameServer = await cluster.nameServer('T', [broker])
  const brokers = await cluster.brokers(nameServer.address, 1)
  await brokers.link(clientOf('one')).heartbeat(heartbeatOf('one'))
  await eventually(() => broker.channels.size === 1)
  await brokers.link(clientOf('two')).heartbeat(heartbeatOf('two'))
  expect([...broker.channels.keys()]).toEqual(['one'])
})

test('a client asks brokers over its own connection, or over that of all if it can have none', async () => {
  const broker = await cluster.broker('broker-a')
  const nameServer = await cluster.nameServer('T', [broker])
  const brokers = await cluster.brokers(nameServer.address, 1)
  const [one, two] = [brokers.link(clientOf('one')), brokers.link(clientOf('two'))]
  const askers = [one, two, brokers, one]
  for (const asker of askers) await asker.invoke('broker-a', whoAreYou(), TIMEOUT_MS)
  const [ofOne, ofTwo, shared, ofOneAgain] = broker.askers
  expect([ofOneAgain, ofTwo]).toEqual([ofOne, shared])
  expect(ofOne).not.toBe(shared)
})

test('a stop ends what waits and closes every connection', async () => {
  const broker = await cluster.broker('broker-a')
  const nameServer = await cluster.nameServer('T', [broker])
  const brokers = await cluster.brokers(nameServer.address)
  await brokers.link(clientOf('one')).heartbeat(heartbeatOf('one'))
  await eventually(() => broker.channels.size === 1)
  await brokers.stop()
  await eventually(() => !broker.channels.get('one')!.isOpen)
  await expect(brokers.invoke('broker-a', whoAreYou(), TIMEOUT_MS)).rejects.toThrow()
})

function clientOf(clientId: string): ConnectedClient {
  const onCall = (): Promise<never> => Promise.reject(new Error('nobody asks'))
  return { clientId, remoteAddress: '10.0.0.1:1', language: LanguageCode.JAVA, onPush: () => undefined, onCall }
}

function heartbeatOf(clientID: string): HeartbeatData {
  return {
    ...{ clientID, producerDataSet: [{ groupName: 'T' }], consumerDataSet: [] },
    ...{ heartbeatFingerprint: 0, withoutSub: false },
  }
}

/** Looks until it is so; Jest's own limit ends a test in which it never is. */
async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 5))
}
