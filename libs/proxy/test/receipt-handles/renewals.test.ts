import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import type { Receipt, VisibilityChange } from '../../src/messaging/receipts'
import { InvalidReceiptHandleError } from '../../src/messaging/refusals'
import { decodeReceiptHandle, encodeReceiptHandle } from '../../src/receipt-handles/receipt-handle'
import type { ReceiptHandle } from '../../src/receipt-handles/receipt-handle'
import { Renewals } from '../../src/receipt-handles/renewals'
import type { RenewalsConfig } from '../../src/receipt-handles/renewals-config'
import { renewalsAlone } from '../../src/shared-state/shared-renewals'
import type { SharedRenewals } from '../../src/shared-state/shared-renewals'
import { RenewalsHub } from '../shared-state/renewals-hub'

const MINUTE_MS = 60_000
const defaults: RenewalsConfig = {
  renewSchedulePeriodMillis: 5000,
  renewAheadTimeMillis: 10_000,
  renewMaxTimeMillis: 180 * MINUTE_MS,
  maxRenewRetryTimes: 3,
  invisibleTimeMillisWhenClear: 1000,
  defaultInvisibleTimeMills: MINUTE_MS,
  renewedMessagesMax: 100,
  redisLeaseMillis: 10_000,
}

const running: Renewals[] = []
afterEach(async () => {
  for (const renewals of running.splice(0)) await renewals.stop()
})

/** Renewals over a broker that hides messages for as long as it is asked, unless `failure` is set. */
async function started(changes: Partial<RenewalsConfig> = {}, shared: SharedRenewals = renewalsAlone) {
  const clock = new FakeClock()
  const changed: VisibilityChange[] = []
  const gone = new Set<string>()
  const broker: { failure: Error | null } = { failure: null }
  const changeInvisibleTime = (change: VisibilityChange): Promise<ReceiptHandle> => {
    changed.push(change)
    if (broker.failure !== null) return Promise.reject(broker.failure)
    return Promise.resolve({ ...change.handle, popTime: clock.nowMs(), invisibleTime: change.invisibleMs })
  }
  const isConnected = (clientId: string): boolean => !gone.has(clientId)
  const retryDelayMs = (_: Receipt, reconsumeTimes: number): Promise<number> => Promise.resolve(reconsumeTimes * 1000)
  const deps = { receipts: { changeInvisibleTime }, clock, log: silentLog, isConnected, retryDelayMs, shared }
  const renewals = new Renewals({ ...defaults, ...changes }, deps)
  running.push(renewals)
  await renewals.start()
  /** As a client gets it, received now. */
  const receive = (clientId: string, queueOffset = 0, reconsumeTimes = 0): string => {
    const handle = decodeReceiptHandle(`0 ${clock.nowMs()} ${MINUTE_MS} 0 0 broker-a 0 ${queueOffset} 99`)
    renewals.add(clientId, { group: 'G', topic: 'T', handle }, reconsumeTimes)
    return encodeReceiptHandle(handle)
  }
  /** Goes on period by period, so that what was begun in one is done before the next. */
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 5000) {
      clock.advance(5000)
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  return { renewals, clock, changed, gone, broker, receive, pass }
}

test('a message is renewed shortly before its time runs out, for longer each time', async () => {
  const { changed, receive, pass } = await started()
  receive('client')
  await pass(45_000)
  expect(changed).toEqual([])
  await pass(5000)
  expect(changed.map(({ invisibleMs, suspend }) => [invisibleMs, suspend])).toEqual([[MINUTE_MS, false]])
  await pass(120 * MINUTE_MS)
  const minutes = changed.map(({ invisibleMs }) => invisibleMs / MINUTE_MS)
  expect(minutes).toEqual([1, 3, 5, 10, 30, 60, 60])
})

test('what was received is answered for by the newest handle, once', async () => {
  const { renewals, changed, receive, pass, clock } = await started()
  const handle = receive('client')
  await pass(50_000)
  const newest = decodeReceiptHandle(await renewals.take('client', handle))
  expect([newest.popTime, newest.invisibleTime]).toEqual([clock.nowMs(), MINUTE_MS])
  expect(await renewals.take('client', handle)).toBe(handle)
  await pass(10 * MINUTE_MS)
  expect(changed).toHaveLength(1)
})

test('a handle is that of the client which received it', async () => {
  const { renewals, receive, pass } = await started()
  const handle = receive('client')
  await pass(50_000)
  expect(await renewals.take('another', handle)).toBe(handle)
  expect(await renewals.take('client', handle)).not.toBe(handle)
})

test('what a client holds that has gone is given back at once, and counts as no attempt', async () => {
  const { changed, gone, receive, pass } = await started()
  receive('gone', 1)
  receive('here', 2)
  gone.add('gone')
  await pass(5000)
  expect(changed.map(({ handle, invisibleMs, suspend }) => [handle.queueOffset, invisibleMs, suspend])).toEqual([
    [1, 1000, true],
  ])
})

test('a renewal that fails is tried again, as often as configured', async () => {
  const { changed, broker, receive, pass } = await started()
  receive('client')
  broker.failure = new Error('broker is down')
  await pass(10 * MINUTE_MS)
  expect(changed).toHaveLength(3)
})

test('a renewal that goes well in between counts anew', async () => {
  const { changed, broker, receive, pass } = await started()
  receive('client')
  broker.failure = new Error('broker is down')
  await pass(55_000)
  expect(changed).toHaveLength(2)
  broker.failure = null
  await pass(5000)
  expect(changed).toHaveLength(3)
  broker.failure = new Error('broker is down again')
  await pass(10 * MINUTE_MS)
  expect(changed).toHaveLength(6)
})

test('a handle that the broker does not know any more is not tried again', async () => {
  const { changed, broker, receive, pass } = await started()
  receive('client')
  broker.failure = new InvalidReceiptHandleError('gone')
  await pass(10 * MINUTE_MS)
  expect(changed).toHaveLength(1)
})

test('a consumer that hangs loses its message, which comes again after the pause of its group', async () => {
  const { renewals, changed, receive, pass } = await started({ renewMaxTimeMillis: 3 * MINUTE_MS })
  const handle = receive('client', 0, 7)
  await pass(60 * MINUTE_MS)
  expect(changed.map(({ invisibleMs, suspend }) => [invisibleMs, suspend])).toEqual([
    [MINUTE_MS, false],
    [3 * MINUTE_MS, false],
    [7000, false],
  ])
  expect(await renewals.take('client', handle)).toBe(handle)
})

test('above the limit messages are not renewed, those below it are', async () => {
  const { changed, receive, pass } = await started({ renewedMessagesMax: 2 })
  for (const queueOffset of [1, 2, 3]) receive('client', queueOffset)
  await pass(50_000)
  expect(changed.map(({ handle }) => handle.queueOffset)).toEqual([1, 2])
})

test('at a stop all is given back', async () => {
  const { renewals, changed, receive } = await started()
  for (const queueOffset of [1, 2]) receive('client', queueOffset)
  await renewals.stop()
  expect(changed.map(({ handle, invisibleMs }) => [handle.queueOffset, invisibleMs])).toEqual([
    [1, 1000],
    [2, 1000],
  ])
})

/** Two proxies of one cluster, whose clocks a test turns together. */
async function startedTogether() {
  const hub = new RenewalsHub()
  const [sharedA, sharedB] = [hub.proxy(), hub.proxy()]
  const [a, b] = [await started({}, sharedA), await started({}, sharedB)]
  const pass = async (ms: number): Promise<void> => {
    await a.pass(ms)
    await b.pass(ms)
  }
  return { a, b, sharedA, sharedB, pass }
}

test('at another proxy a message is answered for by its newest handle, and is renewed no more', async () => {
  const { a, b } = await startedTogether()
  const handle = a.receive('client')
  await a.pass(50_000)
  expect(a.changed).toHaveLength(1)
  const newest = decodeReceiptHandle(await b.renewals.take('client', handle))
  expect([newest.popTime, newest.invisibleTime]).toEqual([a.changed[0]!.handle.popTime + 40_000, MINUTE_MS])
  await a.pass(10 * MINUTE_MS)
  expect(a.changed).toHaveLength(1)
})

test('what was taken at another proxy at once is not renewed', async () => {
  const { a, b } = await startedTogether()
  const handle = a.receive('client')
  expect(await b.renewals.take('client', handle)).toBe(handle)
  await a.pass(10 * MINUTE_MS)
  expect(a.changed).toEqual([])
})

test('others are not asked for what cannot be under renewal', async () => {
  const { b, sharedB } = await startedTogether()
  const take = jest.spyOn(sharedB, 'take')
  const handle = '0 1 15000 0 0 broker-a 0 7 99'
  expect(await b.renewals.take('client', handle)).toBe(handle)
  expect(take).not.toHaveBeenCalled()
})

test('what a dead proxy held is renewed by another, for as long as its client is anywhere', async () => {
  const { a, b, sharedA, sharedB } = await startedTogether()
  b.gone.add('client') // it is with a third proxy
  sharedA.clientSeen('client')
  const handle = a.receive('client')
  await a.pass(5000)
  sharedA.die()
  await b.pass(50_000)
  expect(b.changed.map(({ invisibleMs, suspend }) => [invisibleMs, suspend])).toEqual([[MINUTE_MS, false]])
  sharedB.clientLeft('client')
  await b.pass(5000)
  expect(b.changed.map(({ invisibleMs, suspend }) => [invisibleMs, suspend])).toEqual([
    [MINUTE_MS, false],
    [1000, true],
  ])
  expect(await b.renewals.take('client', handle)).toBe(handle)
})

test('a client that has gone from one proxy and is with another keeps its messages', async () => {
  const { a, sharedB } = await startedTogether()
  a.receive('client')
  a.gone.add('client')
  sharedB.clientSeen('client')
  await a.pass(50_000)
  expect(a.changed.map(({ invisibleMs, suspend }) => [invisibleMs, suspend])).toEqual([[MINUTE_MS, false]])
})

test('a proxy that stops hands over to another, which goes on; the last one gives back', async () => {
  const { a, b } = await startedTogether()
  a.receive('client')
  await a.renewals.stop()
  expect(a.changed).toEqual([])
  await b.pass(50_000)
  expect(b.changed.map(({ invisibleMs }) => invisibleMs)).toEqual([MINUTE_MS])
  await b.renewals.stop()
  expect(b.changed.map(({ invisibleMs }) => invisibleMs)).toEqual([MINUTE_MS, 1000])
})
