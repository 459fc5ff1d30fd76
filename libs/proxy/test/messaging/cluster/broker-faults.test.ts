import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
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

function start(sendLatencyEnable = true): { faults: BrokerFaults; clock: FakeClock } {
  const clock = new FakeClock()
  return { faults: new BrokerFaults({ sendLatencyEnable }, { clock, log: silentLog }), clock }
}
