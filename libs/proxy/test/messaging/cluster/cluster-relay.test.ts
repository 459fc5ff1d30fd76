import {
  encodeFrame,
  heartbeatDataJson,
  IncomingCommand,
  lockBatchRequestJson,
  RemotingCommand,
  RequestCode,
  ResponseCode,
  SerializeType,
} from '@rocketmq-ts/protocol'
import type { Relay, RelayedClient } from '../../../src/messaging/relays'
import { BrokerNotNamedError } from '../../../src/messaging/refusals'
import { useCluster, whoAreYou } from './cluster-of-test'
import type { NotingBroker } from './cluster-of-test'

const cluster = useCluster()
const TIMEOUT_MS = 15_000

test('a heartbeat reaches every broker of the topics, and later each one that the client turns to', async () => {
  const { relay, brokers } = await start({ ofTopic: ['broker-a', 'broker-b'], others: ['broker-c'] })
  const answer = await relay.call(null, heartbeat('one', ['T']), TIMEOUT_MS)
  expect(answer.code).toBe(ResponseCode.SUCCESS)
  expect(brokers.map(({ channels }) => channels.has('one'))).toEqual([true, true, false])
  expect((await relay.call('broker-c', whoAreYou(), TIMEOUT_MS)).remark).toBe('broker-c')
  expect(brokers.map(({ channels }) => channels.has('one'))).toEqual([true, true, true])
})

test('a producer that has sent nothing yet is told nothing of brokers', async () => {
  const { relay, brokers } = await start({ ofTopic: ['broker-a'] })
  expect((await relay.call(null, heartbeat('one', []), TIMEOUT_MS)).code).toBe(ResponseCode.SUCCESS)
  expect(brokers[0]!.channels.size).toBe(0)
  await relay.call('broker-a', whoAreYou(), TIMEOUT_MS)
  expect(brokers[0]!.channels.has('one')).toBe(true)
})

test('a heartbeat counts when one broker took it, and else is refused as a broker did', async () => {
  const { relay, brokers } = await start({ ofTopic: ['broker-a', 'broker-b'] })
  await brokers[0]!.stop()
  expect((await relay.call(null, heartbeat('one', ['T']), TIMEOUT_MS)).code).toBe(ResponseCode.SUCCESS)
  brokers[1]!.answer = ResponseCode.NO_PERMISSION
  expect((await relay.call(null, heartbeat('one', ['T']), TIMEOUT_MS)).code).toBe(ResponseCode.NO_PERMISSION)
})

test('queues are locked by the broker that has them', async () => {
  const { relay } = await start({ ofTopic: ['broker-a', 'broker-b'] })
  const mqSet = [{ topic: 'T', brokerName: 'broker-b', queueId: 0 }]
  const body = lockBatchRequestJson.encode({ clientId: 'one', consumerGroup: 'G', mqSet, onlyThisBroker: false })
  const command = RemotingCommand.request(RequestCode.LOCK_BATCH_MQ, {}, body)
  expect((await relay.call(null, command, TIMEOUT_MS)).remark).toBe('locked by broker-b')
})

test('what only one broker can answer is refused when it does not say which', async () => {
  const { relay } = await start({ ofTopic: ['broker-a'] })
  await expect(relay.call(null, whoAreYou(), TIMEOUT_MS)).rejects.toThrow(BrokerNotNamedError)
})

test('what a broker asks is for the client to answer, and what it says is told', async () => {
  const told: number[] = []
  const onCall: RelayedClient['onCall'] = ({ body }) => Promise.resolve(answered(`${String(body)}: here`))
  const onPush: RelayedClient['onPush'] = ({ code }) => void told.push(code)
  const { relay, brokers } = await start({ ofTopic: ['broker-a'], client: { onPush, onCall } })
  await relay.call(null, heartbeat('one', ['T']), TIMEOUT_MS)
  const channel = brokers[0]!.channels.get('one')!
  channel.sendOneway(RemotingCommand.request(RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, {}))
  const question = RemotingCommand.request(RequestCode.GET_CONSUMER_RUNNING_INFO, {}, Buffer.from('who'))
  expect(String((await channel.invoke(question, TIMEOUT_MS)).body)).toBe('who: here')
  expect(told).toEqual([RequestCode.NOTIFY_CONSUMER_IDS_CHANGED])
})

test('when a client leaves, its connections close', async () => {
  const { relay, brokers } = await start({ ofTopic: ['broker-a', 'broker-b'] })
  await relay.call(null, heartbeat('one', ['T']), TIMEOUT_MS)
  relay.close()
  for (const { channels } of brokers) while (channels.get('one')!.isOpen) await new Promise(setImmediate)
})

interface Given {
  readonly ofTopic: readonly string[]
  /** That have another topic. */
  readonly others?: readonly string[]
  readonly client?: Partial<RelayedClient>
}

async function start({ ofTopic, others = [], client }: Given): Promise<{ relay: Relay; brokers: NotingBroker[] }> {
  const brokers: NotingBroker[] = []
  for (const name of [...ofTopic, ...others]) brokers.push(await cluster.broker(name))
  const nameServer = await cluster.nameServer('T', brokers, ofTopic)
  const clusterBrokers = await cluster.brokers(nameServer.address)
  const silent: RelayedClient = {
    remoteAddress: '10.0.0.1:1',
    onPush: () => undefined,
    onCall: () => Promise.reject(new Error('not asked')),
  }
  return { relay: clusterBrokers.relay({ ...silent, ...client }), brokers }
}

function heartbeat(clientID: string, topics: readonly string[]): RemotingCommand {
  const subscriptionDataSet = topics.map(topic => ({
    ...{
      topic,
      subString: '*',
      subVersion: 1,
      expressionType: 'TAG',
      classFilterMode: false,
      tagsSet: [],
      codeSet: [],
    },
  }))
  const consumer = {
    ...({ groupName: 'G', consumeType: 'CONSUME_PASSIVELY', messageModel: 'CLUSTERING', unitMode: false } as const),
    ...({ consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET', subscriptionDataSet } as const),
  }
  const body = heartbeatDataJson.encode({
    ...{ clientID, producerDataSet: [], heartbeatFingerprint: 0, withoutSub: false },
    consumerDataSet: topics.length === 0 ? [] : [consumer],
  })
  return RemotingCommand.request(RequestCode.HEART_BEAT, {}, body)
}

function answered(body: string): IncomingCommand {
  return IncomingCommand.read(encodeFrame(RemotingCommand.request(0, {}, Buffer.from(body)), SerializeType.ROCKETMQ))
}
