import { setImmediate as turn } from 'node:timers/promises'
import { encodeProperties } from '@rocketmq-ts/protocol'
import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import type { Messaging } from '../../../src/messaging/messaging'
import type { ReceivedMessage } from '../../../src/messaging/popped-messages'
import type { ReceiveRequest } from '../../../src/messaging/receive-messages'
import type { VisibilityChange } from '../../../src/messaging/receipts'
import { TopicNotFoundError } from '../../../src/messaging/refusals'
import { proxyConfigSchema } from '../../../src/proxy-config'
import { Deliveries } from '../../../src/http/streams/deliveries'
import { Subscription } from '../../../src/http/streams/subscription'
import type { Problem } from '../../../src/http/shapes/problem'
import type { Received } from '../../../src/http/shapes/received-message'
import { promised } from '../promised'
import { until } from '../../support/until'

const INVISIBLE_MS = 10_000

/** A subscription above a core that answers when the test says so. */
function subscribed(credit: number) {
  const clock = new FakeClock()
  const asked: { readonly request: ReceiveRequest; readonly answer: ReturnType<typeof promised<ReceivedMessage[]>> }[] =
    []
  const givenBack: VisibilityChange[] = []
  const delivered: Received[] = []
  const problems: Problem[] = []
  const reader = { flushed: Promise.resolve() }
  const messaging = {
    metadata: { groupConfig: () => Promise.resolve({ consumeMessageOrderly: false }) },
    receive(request: ReceiveRequest) {
      const answer = promised<ReceivedMessage[]>()
      asked.push({ request, answer })
      return answer.promise
    },
    receipts: {
      changeInvisibleTime(change: VisibilityChange) {
        givenBack.push(change)
        return Promise.resolve(change.handle)
      },
    },
  } as unknown as Messaging
  const deliveries = new Deliveries(clock)
  const outlet = {
    deliver: (message: Received) => void delivered.push(message),
    fail: (problem: Problem) => void problems.push(problem),
    flushed: () => reader.flushed,
  }
  const filter = { type: 'TAG', expression: '*' } as const
  const wishes = { group: 'g', topic: 't', namespace: '', clientId: null, credit, invisibleMs: INVISIBLE_MS, filter }
  const rooms = { messaging, config: proxyConfigSchema.parse({}), clock, log: silentLog }
  const subscription = new Subscription(wishes, deliveries.open(), outlet, rooms)
  const message = (queueOffset: number): ReceivedMessage => messageAt(queueOffset, clock.nowMs())
  return { subscription, asked, delivered, problems, givenBack, deliveries, clock, message, reader }
}

function messageAt(queueOffset: number, popTime: number): ReceivedMessage {
  return {
    ...{ topic: 't', body: Buffer.from('hello'), sysFlag: 0, queueId: 0, queueOffset, physicalOffset: 9, flag: 0 },
    ...{ bornTimestamp: 1, storeTimestamp: 2, reconsumeTimes: 0, recordBytes: 0, preparedTransactionOffset: 0 },
    ...{ bornHost: Buffer.alloc(8), storeHost: Buffer.alloc(8), bodyCrc: 0 },
    properties: encodeProperties([['UNIQ_KEY', 'id']]),
    parsedProperties: new Map([['UNIQ_KEY', 'id']]),
    receiptHandle: {
      ...{ startOffset: 0, popTime, invisibleTime: INVISIBLE_MS, reviveQueueId: 0, retryFlag: 0, brokerName: 'b' },
      ...{ queueId: 0, queueOffset, physicalOffset: 9, liteTopic: null },
    },
  }
}

test('no more is asked for than there is credit, and nothing while there is none', async () => {
  const { subscription, asked, delivered, deliveries, message } = subscribed(2)
  const run = subscription.run()
  await until(() => asked.length === 1)
  expect(asked[0]?.request.messageCountMax).toBe(2)
  asked[0]?.answer.resolve([message(1), message(2)])
  await until(() => delivered.length === 2)
  await turn()
  expect(asked).toHaveLength(1)
  deliveries.settled(delivered[0]!.receiptHandle!)
  await until(() => asked.length === 2)
  expect(asked[1]?.request.messageCountMax).toBe(1)
  const end = subscription.end()
  asked[1]?.answer.resolve([])
  await Promise.all([run, end])
})

test('a message whose time is over gives its credit back', async () => {
  const { subscription, asked, delivered, clock, message } = subscribed(1)
  const run = subscription.run()
  await until(() => asked.length === 1)
  asked[0]?.answer.resolve([message(1)])
  await until(() => delivered.length === 1)
  await turn()
  clock.advance(INVISIBLE_MS)
  await until(() => asked.length === 2)
  const end = subscription.end()
  asked[1]?.answer.resolve([])
  await Promise.all([run, end])
})

test('brokers that answer at once that there is nothing are not asked in the same turn', async () => {
  const { subscription, asked, clock } = subscribed(1)
  const run = subscription.run()
  await until(() => asked.length === 1)
  asked[0]?.answer.resolve([])
  await turn()
  await turn()
  expect(asked).toHaveLength(1)
  clock.advance(1000)
  await until(() => asked.length === 2)
  const end = subscription.end()
  asked[1]?.answer.resolve([])
  await turn()
  clock.advance(1000)
  await Promise.all([run, end])
})

test('nothing is received while the client does not read', async () => {
  const { subscription, asked, reader } = subscribed(8)
  const read = promised()
  reader.flushed = read.promise
  const run = subscription.run()
  await turn()
  expect(asked).toEqual([])
  read.resolve()
  await until(() => asked.length === 1)
  const end = subscription.end()
  asked[0]?.answer.resolve([])
  await Promise.all([run, end])
})

test('nothing is asked for after its end, wherever it was when it came', async () => {
  const { subscription, asked, reader } = subscribed(8)
  const read = promised()
  reader.flushed = read.promise
  const run = subscription.run()
  await subscription.end()
  read.resolve()
  await run
  expect(asked).toEqual([])
})

test('at its end what was delivered comes again as a further attempt, what comes later as none', async () => {
  const { subscription, asked, delivered, givenBack, message } = subscribed(8)
  const run = subscription.run()
  await until(() => asked.length === 1)
  asked[0]?.answer.resolve([message(1)])
  await until(() => asked.length === 2)
  await subscription.end()
  expect(givenBack).toMatchObject([{ handle: { queueOffset: 1 }, invisibleMs: 1000, suspend: false }])
  asked[1]?.answer.resolve([message(2)])
  await run
  expect(givenBack.slice(1)).toMatchObject([{ handle: { queueOffset: 2 }, invisibleMs: 1000, suspend: true }])
  expect(delivered).toHaveLength(1)
})

test('a failure that may pass is told, and it goes on; one that will not is its end', async () => {
  const { subscription, asked, problems, clock } = subscribed(8)
  const run = subscription.run()
  await until(() => asked.length === 1)
  asked[0]?.answer.resolve(Promise.reject(new Error('no luck')) as never)
  await until(() => problems.length === 1)
  expect(problems[0]).toMatchObject({ status: 500 })
  clock.advance(1000)
  await until(() => asked.length === 2)
  asked[1]?.answer.resolve(Promise.reject(new TopicNotFoundError('t')) as never)
  await run
  expect(problems[1]).toMatchObject({ status: 404 })
})

test('a broker that answers at once that there is nothing is asked again a moment later', async () => {
  const { subscription, asked, clock } = subscribed(1)
  const run = subscription.run()
  await until(() => asked.length === 1)
  asked[0]?.answer.resolve([])
  for (let turns = 0; turns < 20; turns++) await turn()
  expect(asked).toHaveLength(1)
  clock.advance(1000)
  await until(() => asked.length === 2)
  await subscription.end()
  asked[1]?.answer.resolve([])
  await turn()
  clock.advance(1000)
  await run
})
