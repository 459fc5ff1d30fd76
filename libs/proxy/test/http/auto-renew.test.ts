import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { encodeProperties } from '@rocketmq-ts/protocol'
import type { Messaging } from '../../src/messaging/messaging'
import type { ReceivedMessage } from '../../src/messaging/popped-messages'
import type { Receipt, VisibilityChange } from '../../src/messaging/receipts'
import type { ReceiveRequest } from '../../src/messaging/receive-messages'
import { proxyConfigSchema } from '../../src/proxy-config'
import { decodeReceiptHandle, encodeReceiptHandle } from '../../src/receipt-handles/receipt-handle'
import type { ReceiptHandle } from '../../src/receipt-handles/receipt-handle'
import { Renewals } from '../../src/receipt-handles/renewals'
import { renewalsAlone } from '../../src/shared-state/shared-renewals'
import { useServedApps } from './served-app'

const serve = useServedApps()
const MINUTE_MS = 60_000
const TICK_MS = 5000

/** The API above a broker that has one message, which it hides for as long as it is asked, and real renewals. */
async function served() {
  const clock = new FakeClock()
  const changed: VisibilityChange[] = []
  const acknowledged: Receipt[] = []
  const received: ReceiveRequest[] = []
  const receipts = {
    acknowledgeAll(receipts: readonly Receipt[]) {
      acknowledged.push(...receipts)
      return Promise.allSettled(receipts.map(() => Promise.resolve()))
    },
    changeInvisibleTime(change: VisibilityChange): Promise<ReceiptHandle> {
      changed.push(change)
      return Promise.resolve({ ...change.handle, popTime: clock.nowMs(), invisibleTime: change.invisibleMs })
    },
  }
  const messaging = {
    receipts,
    metadata: { groupConfig: () => Promise.resolve({ consumeMessageOrderly: false }) },
    receive(request: ReceiveRequest) {
      received.push(request)
      return Promise.resolve([messageReceived(clock.nowMs(), request.invisibleMs)])
    },
  } as unknown as Messaging
  const config = proxyConfigSchema.parse({})
  const retryDelayMs = (): Promise<number> => Promise.resolve(1)
  const deps = { receipts, clock, log: silentLog, isConnected: () => false, retryDelayMs, shared: renewalsAlone }
  const renewals = new Renewals(config, deps)
  await renewals.start()
  const { url } = await serve(messaging, {}, { clock, renewals })
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${url}/v1/groups/g/topics/t/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const receive = async (): Promise<string> => {
    const response = await post('receive', { autoRenew: true })
    const { messages } = (await response.json()) as { messages: { receiptHandle: string }[] }
    return messages[0]!.receiptHandle
  }
  /** Period by period, so that what was begun in one is done before the next. */
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      clock.advance(TICK_MS)
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  return { post, receive, pass, renewals, changed, acknowledged, received }
}

function messageReceived(popTime: number, invisibleTime: number): ReceivedMessage {
  return {
    ...{ topic: 't', body: Buffer.from('hello'), sysFlag: 0, queueId: 0, queueOffset: 7, physicalOffset: 9, flag: 0 },
    ...{ bornTimestamp: 1, storeTimestamp: 2, reconsumeTimes: 0, recordBytes: 0, preparedTransactionOffset: 0 },
    ...{ bornHost: Buffer.alloc(8), storeHost: Buffer.alloc(8), bodyCrc: 0 },
    properties: encodeProperties([['UNIQ_KEY', 'id']]),
    parsedProperties: new Map([['UNIQ_KEY', 'id']]),
    receiptHandle: {
      ...{ startOffset: 0, popTime, invisibleTime, reviveQueueId: 0, retryFlag: 0, brokerName: 'b' },
      ...{ queueId: 0, queueOffset: 7, physicalOffset: 9, liteTopic: null },
    },
  }
}

test('a message that is to be renewed stays hidden, and its first receipt handle stays good', async () => {
  const { post, receive, pass, renewals, changed, acknowledged, received } = await served()
  const handle = await receive()
  expect(received[0]?.invisibleMs).toBe(MINUTE_MS)
  await pass(3 * MINUTE_MS)
  expect(changed.map(({ invisibleMs }) => invisibleMs)).toEqual([MINUTE_MS, 3 * MINUTE_MS])
  expect((await post('acks', { receiptHandles: [handle] })).status).toBe(204)
  expect(acknowledged.map(receipt => receipt.handle.invisibleTime)).toEqual([3 * MINUTE_MS])
  expect(renewals.count).toBe(0)
  await renewals.stop()
})

test('a message that is given to others is renewed no more, whatever its consumer says then', async () => {
  const { post, receive, pass, renewals, changed } = await served()
  const handle = await receive()
  await pass(MINUTE_MS)
  expect((await post('nacks', { receiptHandle: handle, delay: '5s' })).status).toBe(200)
  expect(changed.at(-1)).toMatchObject({ invisibleMs: 5000, suspend: false })
  const count = changed.length
  await pass(10 * MINUTE_MS)
  expect(changed).toHaveLength(count)
  expect((await post('nacks', { receiptHandle: handle })).status).toBe(410)
  await renewals.stop()
})

test('an extension names the time from then on: the handle that it is answered with is good for so long', async () => {
  const { post, receive, pass, renewals, acknowledged } = await served()
  const handle = await receive()
  await pass(2 * MINUTE_MS)
  const response = await post('extensions', { receiptHandle: handle, invisible: '10m' })
  const { receiptHandle } = (await response.json()) as { receiptHandle: string }
  expect(decodeReceiptHandle(receiptHandle).invisibleTime).toBe(10 * MINUTE_MS)
  expect(renewals.count).toBe(0)
  expect((await post('acks', { receiptHandles: [receiptHandle] })).status).toBe(204)
  expect(encodeReceiptHandle(acknowledged[0]!.handle)).toBe(receiptHandle)
  await renewals.stop()
})

test('a time of its own and renewal exclude each other', async () => {
  const { post, renewals, received } = await served()
  const response = await post('receive', { autoRenew: true, invisible: '10s' })
  expect(response.status).toBe(400)
  expect(received).toEqual([])
  await renewals.stop()
})
