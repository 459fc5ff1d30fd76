import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { encodeProperties, encodeStoredMessage, RemotingCommand, RequestCode } from '@rocketmq-ts/protocol'
import type { HeartbeatData } from '@rocketmq-ts/protocol'
import { TransactionChecks } from '../../src/http/transaction-checks'
import type { ConnectedClient } from '../../src/messaging/brokers'
import type { Messaging } from '../../src/messaging/messaging'
import { decodeTransactionId } from '../../src/messaging/transaction-id'
import { promised } from './promised'
import { useServedApps } from './served-app'

const serve = useServedApps()
const BROKER = 'broker-a'

/** Brokers that note who is linked, and push what a test pushes. */
function linkedMessaging() {
  const heartbeats: HeartbeatData[] = []
  const linked = promised<ConnectedClient>()
  let closeCount = 0
  const link = (client: ConnectedClient) => ({
    heartbeat(heartbeat: HeartbeatData) {
      heartbeats.push(heartbeat)
      linked.resolve(client)
      return Promise.resolve()
    },
    close: () => void (closeCount += 1),
  })
  const messaging = {
    metadata: { requireRoute: () => Promise.resolve({}) },
    link,
  } as unknown as Messaging
  const push = async (messageId: string, queueOffset: number): Promise<void> => {
    const { onPush } = await linked.promise
    onPush(checkOf(messageId, queueOffset), BROKER)
    await turn() // it is read before it is kept
  }
  return { messaging, heartbeats, linked: linked.promise, push, closeCount: () => closeCount }
}

function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

function checkOf(messageId: string, queueOffset: number): RemotingCommand {
  const host = Buffer.alloc(8)
  const body = encodeStoredMessage(
    {
      ...{ topic: 'Pay', queueId: 0, flag: 0, sysFlag: 0, bornTimestamp: 1, bornHost: host, reconsumeTimes: 0 },
      ...{ preparedTransactionOffset: 0, body: Buffer.from(`body of ${messageId}`) },
      properties: encodeProperties([['UNIQ_KEY', messageId]]),
    },
    { queueOffset, physicalOffset: 5, storeTimestamp: 2, storeHost: host },
  )
  const fields = { tranStateTableOffset: String(queueOffset), commitLogOffset: '5', transactionId: messageId }
  return RemotingCommand.request(RequestCode.CHECK_TRANSACTION_STATE, fields, body)
}

function checksAbove({ messaging }: { readonly messaging: Messaging }) {
  const clock = new FakeClock()
  const stopping = new AbortController()
  const checks = new TransactionChecks({ messaging, clock, log: silentLog, stopping: stopping.signal })
  const gone = new AbortController()
  const take = async (wish: { readonly waitMs: number; readonly gone?: AbortSignal }) => {
    const taken = await checks.take('Pay', { countMax: 2, remoteAddress: '127.0.0.1:1', gone: gone.signal, ...wish })
    return taken.map(({ transactionId }) => decodeTransactionId(transactionId))
  }
  return { clock, stopping, checks, take }
}

test('to brokers a topic that is asked for is a producer group of its name, as long as somebody asks', async () => {
  const brokers = linkedMessaging()
  const { clock, take } = checksAbove(brokers)
  expect(await take({ waitMs: 0 })).toEqual([])
  expect(brokers.heartbeats).toMatchObject([{ producerDataSet: [{ groupName: 'Pay' }], consumerDataSet: [] }])
  clock.advance(40_000)
  expect(brokers.heartbeats).toHaveLength(3)
  expect(brokers.closeCount()).toBe(0)
  clock.advance(60_000)
  expect(brokers.closeCount()).toBe(1)
})

test('who waits gets the check that comes, and what comes while nobody waits is kept for the next', async () => {
  const brokers = linkedMessaging()
  const { take } = checksAbove(brokers)
  const waiting = take({ waitMs: 1000 })
  await brokers.push('a', 1)
  expect(await waiting).toEqual([
    { brokerName: BROKER, topic: 'Pay', messageId: 'a', queueOffset: 1, physicalOffset: 5 },
  ])
  for (const id of ['b', 'c', 'd']) await brokers.push(id, 2)
  expect((await take({ waitMs: 0 })).map(({ messageId }) => messageId)).toEqual(['b', 'c'])
  expect((await take({ waitMs: 0 })).map(({ messageId }) => messageId)).toEqual(['d'])
})

test('a transaction that is asked about twice is checked once, by where it lies now', async () => {
  const brokers = linkedMessaging()
  const { take } = checksAbove(brokers)
  await take({ waitMs: 0 })
  await brokers.push('a', 1)
  await brokers.push('a', 2)
  expect(await take({ waitMs: 0 })).toMatchObject([{ messageId: 'a', queueOffset: 2 }])
})

test('who waits is answered when the time is over, and when the proxy stops', async () => {
  const brokers = linkedMessaging()
  const { clock, stopping, take } = checksAbove(brokers)
  const first = take({ waitMs: 1000 })
  await turn()
  clock.advance(1000)
  expect(await first).toEqual([])
  const second = take({ waitMs: 1000 })
  await turn()
  stopping.abort()
  expect(await second).toEqual([])
  expect(brokers.closeCount()).toBe(1)
})

test('a check that came for somebody who has gone goes to the next who waits', async () => {
  const brokers = linkedMessaging()
  const { take } = checksAbove(brokers)
  const gone = new AbortController()
  const first = take({ waitMs: 1000, gone: gone.signal })
  const second = take({ waitMs: 1000 })
  await turn()
  gone.abort()
  await brokers.push('a', 1)
  expect(await first).toEqual([])
  expect(await second).toMatchObject([{ messageId: 'a' }])
})

test('a broker that does not take the producer says so to who asks, and is asked anew the next time', async () => {
  let refusals = 0
  const link = () => ({
    heartbeat: () => ((refusals += 1) === 1 ? Promise.reject(new Error('no')) : Promise.resolve()),
    close: () => undefined,
  })
  const { take } = checksAbove({ messaging: { link } as unknown as Messaging })
  await expect(take({ waitMs: 0 })).rejects.toThrow('no')
  expect(await take({ waitMs: 0 })).toEqual([])
})

test('a check in an answer whose client has hung up is not lost', async () => {
  const brokers = linkedMessaging()
  const { server, url } = await serve(brokers.messaging)
  const path = '/v1/topics/Pay/transactions/checks'
  const requests: { readonly closed: Promise<unknown> }[] = []
  server.on('request', (_request, response) => requests.push({ closed: once(response, 'close') }))
  const waiting = httpRequest(`${url}${path}?wait=20s`)
  waiting.on('error', () => undefined) // it is we who hang up
  waiting.end()
  await brokers.linked
  waiting.destroy()
  await requests[0]!.closed
  await brokers.push('a', 1)
  const answer = await fetch(`${url}${path}?wait=20s`)
  expect(await answer.json()).toMatchObject({ checks: [{ message: { messageId: 'a', body: 'body of a' } }] })
})
