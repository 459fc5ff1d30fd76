import { v2 } from '@rocketmq-ts/protocol/grpc'
import { RawGrpcClient } from '@rocketmq-ts/testing'
import type { ProxyServer } from '@rocketmq-ts/testing'
import { httpClient } from './support/http-client'
import { until, useSharedProxies } from './support/shared-proxies'

const proxies = useSharedProxies()
const clients: RawGrpcClient[] = []
afterEach(() => {
  for (const client of clients.splice(0)) client.close()
})

/** Revives come a while after the time of a message has run out. */
const REVIVE_MS = 4000

/** A push consumer as clients of gRPC are: it says what it is, and leaves it to the proxy to keep messages hidden. */
function consumer(clientId: string, topic: string) {
  const group = { name: `group-of-${topic}` }
  const at = (server: ProxyServer): RawGrpcClient => {
    const client = new RawGrpcClient(server.grpcAddress, { 'x-mq-client-id': clientId })
    clients.push(client)
    return client
  }
  const expression = { type: v2.FilterType.TAG, expression: '*' }
  const subscription = { group, subscriptions: [{ topic: { name: topic }, expression }] }
  const settings = { clientType: v2.ClientType.PUSH_CONSUMER, subscription }
  return {
    join: (server: ProxyServer) => at(server).connect({ settings }),
    async receive(server: ProxyServer): Promise<readonly v2.Message.$Properties[]> {
      const answers = await at(server).call('ReceiveMessage', {
        ...{ group, messageQueue: { topic: { name: topic } }, batchSize: 32, autoRenew: true },
        longPollingTimeout: { seconds: 1 },
      })
      return answers.flatMap(({ message }) => message ?? [])
    },
    async acknowledge(server: ProxyServer, { systemProperties }: v2.Message.$Properties): Promise<unknown> {
      const { messageId, receiptHandle } = systemProperties!
      const [answer] = await at(server).call('AckMessage', {
        ...{ group, topic: { name: topic } },
        entries: [{ messageId: messageId!, receiptHandle: receiptHandle! }],
      })
      return answer!.entries[0]!.status!.code
    },
    leave: (server: ProxyServer) => at(server).call('NotifyClientTermination', { group }),
  }
}

type Consumer = ReturnType<typeof consumer>

async function send(topic: string, ...bodies: readonly string[]): Promise<void> {
  const http = httpClient(() => proxies.running().b.httpUrl)
  const { status } = await http.post(`/v1/topics/${topic}/messages`, { messages: bodies.map(body => ({ body })) })
  expect(status).toBe(201)
}

/** Sends, and has the consumer receive over `server`; a group that is new begins at the newest. */
async function received(topic: string, held: Consumer, server: ProxyServer, ...bodies: readonly string[]) {
  await proxies.createTopic(topic)
  await held.join(server)
  expect(await held.receive(server)).toEqual([])
  await send(topic, ...bodies)
  const messages: v2.Message.$Properties[] = []
  while (messages.length < bodies.length) messages.push(...(await held.receive(server)))
  return messages
}

const handleOf = ({ systemProperties }: v2.Message.$Properties): string => systemProperties!.receiptHandle!
const endMsOf = (handle: string): number => Number(handle.split(' ')[1]) + Number(handle.split(' ')[2])

/** What Redis has of a message. */
async function shared(clientId: string, message: v2.Message.$Properties): Promise<Record<string, string> | null> {
  const known = await proxies
    .running()
    .raw.hgetall(`rocketmq-proxy:DefaultCluster:held:${clientId} ${handleOf(message)}`)
  return Object.keys(known).length > 0 ? known : null
}

async function receivedBefore(timeMs: number, other: Consumer, server: ProxyServer): Promise<readonly unknown[]> {
  const messages: unknown[] = []
  while (Date.now() < timeMs) messages.push(...(await other.receive(server)))
  return messages
}

test('what a killed proxy kept hidden stays hidden, is acknowledged elsewhere, and is given back when its client leaves', async () => {
  const { a, b } = proxies.running()
  const [held, other] = [consumer('held-1', 'Killed'), consumer('other-1', 'Killed')]
  const [done, left] = await received('Killed', held, a, 'done', 'left')
  const { owner } = await until(() => shared('held-1', done!))
  await until(() => shared('held-1', left!))
  await a.process.kill()
  await held.join(b)
  for (const message of [done!, left!]) {
    const known = await until(async () => {
      const now = await shared('held-1', message)
      return now !== null && now['newest'] !== handleOf(message) && now['owner'] !== owner ? now : null
    })
    expect(endMsOf(known['newest']!)).toBeGreaterThan(endMsOf(handleOf(message)))
  }
  expect(await receivedBefore(endMsOf(handleOf(done!)) + REVIVE_MS, other, b)).toEqual([])
  expect(await held.acknowledge(b, done!)).toBe(v2.Code.OK)
  await held.leave(b)
  const given = await until(async () => (await other.receive(b))[0] ?? null)
  expect([String(given.body), given.systemProperties!.deliveryAttempt]).toEqual(['left', 1])
  await a.start()
})

test('the receipt handle that a client was given is good at every proxy, whichever has renewed it', async () => {
  const { a, b } = proxies.running()
  const held = consumer('held-2', 'Elsewhere')
  await held.join(b)
  const [message] = await received('Elsewhere', held, a, 'x')
  await until(() => (Date.now() > endMsOf(handleOf(message!)) ? true : null))
  expect(await held.acknowledge(b, message!)).toBe(v2.Code.OK)
  expect((await shared('held-2', message!))!['owner']).toBe('OVER')
})

test('a proxy that stops hands over: nobody else gets what its clients work on', async () => {
  const { a, b } = proxies.running()
  const [held, other] = [consumer('held-3', 'Stopped'), consumer('other-3', 'Stopped')]
  const [message] = await received('Stopped', held, a, 'x')
  const { owner } = await until(() => shared('held-3', message!))
  await a.process.stop()
  await held.join(b)
  expect(await receivedBefore(Date.now() + REVIVE_MS, other, b)).toEqual([])
  await until(async () => ((await shared('held-3', message!))!['owner'] === owner ? null : true))
  expect(await held.acknowledge(b, message!)).toBe(v2.Code.OK)
  await a.start()
})

test('while Redis is away each proxy renews what it holds, and all is shared again when it is back', async () => {
  const { a, b, redis } = proxies.running()
  const [held, other] = [consumer('held-4', 'Outage'), consumer('other-4', 'Outage')]
  const [message] = await received('Outage', held, a, 'x')
  await until(() => shared('held-4', message!))
  await redis.process.kill()
  expect(await receivedBefore(endMsOf(handleOf(message!)) + REVIVE_MS, other, b)).toEqual([])
  await redis.start()
  const known = await until(() => shared('held-4', message!))
  expect(known['newest']).not.toBe(handleOf(message!))
  expect(await held.acknowledge(b, message!)).toBe(v2.Code.OK)
})
