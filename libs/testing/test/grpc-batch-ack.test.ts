import { v2 } from '@rocketmq-ts/protocol/grpc'
import { RawGrpcClient } from '@rocketmq-ts/testing'
import { useStandaloneProxy } from './support/standalone-proxy'

const proxy = useStandaloneProxy({}, () =>
  Promise.resolve({ enableBatchAck: true, minInvisibleTimeMillsForRecv: 1000 }),
)
let client: RawGrpcClient

beforeEach(() => void (client = new RawGrpcClient(proxy.endpoints())))
afterEach(() => client.close())

test('of what was received at once, that comes again which was not acknowledged with the rest', async () => {
  await proxy.createTopic('Batches', 'NORMAL')
  await proxy.createGroup('batchers', {})
  const [group, topic] = [{ name: 'batchers' }, { name: 'Batches' }]
  const request = {
    ...{ group, messageQueue: { topic }, batchSize: 32, longPollingTimeout: { seconds: 1 } },
    filterExpression: { type: v2.FilterType.TAG, expression: '*' },
    invisibleDuration: { seconds: 6 },
  }
  const receive = async () => {
    const answers = await client.call('ReceiveMessage', request)
    return answers.flatMap(({ message }) => (message === null || message === undefined ? [] : [message]))
  }
  await receive() // the group begins here
  const bodies = Array.from({ length: 20 }, (_, index) => `body-${index}`)
  for (const body of bodies) await proxy.remoting.send(proxy.broker(), { topic: 'Batches', queueId: 0, body })

  const left = new Set(['body-0', 'body-8', 'body-19'])
  const seen = new Set<string>()
  while (seen.size < bodies.length) {
    const messages = await receive()
    for (const { body } of messages) seen.add(String(body))
    const entries = messages
      .filter(({ body }) => !left.has(String(body)))
      .map(({ systemProperties }) => ({
        messageId: systemProperties!.messageId!,
        receiptHandle: systemProperties!.receiptHandle!,
      }))
    if (entries.length === 0) continue
    const [answer] = await client.call('AckMessage', { group, topic, entries })
    expect(answer!.entries.map(({ status }) => status?.code)).toEqual(entries.map(() => v2.Code.OK))
  }
  const again = new Set<string>()
  while (again.size < left.size) for (const { body } of await receive()) again.add(String(body))
  expect(again).toEqual(left)
}, 120_000)
