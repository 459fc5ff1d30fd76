import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { RemotingTimeoutError } from '@rocketmq-ts/remoting'
import { BrokerDetector } from '../../../src/messaging/cluster/broker-detector'
import { BrokerFaults } from '../../../src/messaging/cluster/broker-faults'

test('a broker that could not be reached is avoided for ten seconds, others are not', () => {
  const { faults, clock } = start()
  faults.noteFailure('a')
  expect([faults.isAvoided('a'), faults.isAvoided('b')]).toEqual([true, false])
  clock.advance(9999)
  expect(faults.isAvoided('a')).toBe(true)
  clock.advance(1)
  expect(faults.isAvoided('a')).toBe(false)
})

test.each([
  [549, 0],
  [550, 2000],
  [1800, 5000],
  [3000, 6000],
  [5000, 10_000],
  [15_000, 30_000],
])('a broker that took %i ms for a send is avoided for %i ms', (latencyMs, avoidedMs) => {
  const { faults, clock } = start()
  faults.noteAnswer('a', latencyMs)
  expect(faults.isAvoided('a')).toBe(avoidedMs > 0)
  clock.advance(avoidedMs)
  expect(faults.isAvoided('a')).toBe(false)
})

test('a shorter time to avoid a broker does not cut a longer one short', () => {
  const { faults, clock } = start()
  faults.noteFailure('a')
  faults.noteAnswer('a', 600)
  clock.advance(5000)
  expect(faults.isAvoided('a')).toBe(true)
})

test('nothing is avoided when that is switched off', () => {
  const { faults } = start(false)
  faults.noteFailure('a')
  expect(faults.isAvoided('a')).toBe(false)
})

test('a broker that could not be reached is avoided until the detector has reached it', async () => {
  const { faults, clock } = start(true, true)
  const asked: string[] = []
  let isUp = false
  const ask = (brokerName: string): Promise<void> => {
    asked.push(brokerName)
    return isUp ? Promise.resolve() : Promise.reject(new RemotingTimeoutError('a', 200))
  }
  const config = { startDetectorEnable: true, detectInterval: 2000, detectTimeout: 200 }
  const detector = new BrokerDetector(config, { faults, ask, clock })
  await detector.start()
  faults.noteFailure('a')
  clock.advance(2000)
  await settled()
  clock.advance(28_000)
  await settled()
  expect([asked[0], faults.isAvoided('a'), faults.isAvoided('b')]).toEqual(['a', true, false])
  isUp = true
  clock.advance(2000)
  await settled()
  expect(faults.isAvoided('a')).toBe(false)
  const times = asked.length
  clock.advance(2000)
  expect(asked).toHaveLength(times)
  await detector.stop()
})

/** Whatever was resolved or rejected has been heard. */
function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

function start(
  sendLatencyEnable = true,
  startDetectorEnable = false,
): { readonly faults: BrokerFaults; readonly clock: FakeClock } {
  const clock = new FakeClock()
  return { faults: new BrokerFaults({ sendLatencyEnable, startDetectorEnable }, { clock, log: silentLog }), clock }
}
