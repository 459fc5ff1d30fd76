import { FakeClock } from '@rocketmq-ts/base/testing'
import { QueueLockTable, queueLockTableLimits } from '../../src/queue-locks/queue-lock-table'

const queue = (queueId: number, topic = 'TopicA') => ({ brokerName: 'broker-a', queueId, topic })

function setUp(limits = queueLockTableLimits) {
  const clock = new FakeClock()
  return { clock, locks: new QueueLockTable(limits, { clock }) }
}

test('a queue belongs to the first client of a group that locks it, and in other groups to others', () => {
  const { locks } = setUp()
  expect(locks.lock({ group: 'G', clientId: 'one', queues: [queue(0), queue(1)] })).toEqual([queue(0), queue(1)])
  expect(locks.lock({ group: 'G', clientId: 'two', queues: [queue(1), queue(2)] })).toEqual([queue(2)])
  expect(locks.lock({ group: 'G', clientId: 'one', queues: [queue(0)] })).toEqual([queue(0)])
  expect(locks.lock({ group: 'H', clientId: 'two', queues: [queue(0)] })).toEqual([queue(0)])
})

test('only its holder unlocks a queue', () => {
  const { locks } = setUp()
  locks.lock({ group: 'G', clientId: 'one', queues: [queue(0)] })
  locks.unlock({ group: 'G', clientId: 'two', queues: [queue(0)] })
  expect(locks.lock({ group: 'G', clientId: 'two', queues: [queue(0)] })).toEqual([])
  locks.unlock({ group: 'G', clientId: 'one', queues: [queue(0), queue(7)] })
  expect(locks.hasLocks('G')).toBe(false)
  expect(locks.lock({ group: 'G', clientId: 'two', queues: [queue(0)] })).toEqual([queue(0)])
})

test('a lock that is not renewed for more than 60 s is free', () => {
  const { locks, clock } = setUp()
  locks.lock({ group: 'G', clientId: 'one', queues: [queue(0)] })
  clock.advance(60_000)
  expect(locks.hasLocks('G')).toBe(true)
  expect(locks.lock({ group: 'G', clientId: 'two', queues: [queue(0)] })).toEqual([])
  clock.advance(1)
  expect(locks.hasLocks('G')).toBe(false)
  expect(locks.lock({ group: 'G', clientId: 'two', queues: [queue(0)] })).toEqual([queue(0)])
})

test('a renewed lock lives on', () => {
  const { locks, clock } = setUp()
  locks.lock({ group: 'G', clientId: 'one', queues: [queue(0)] })
  clock.advance(50_000)
  locks.lock({ group: 'G', clientId: 'one', queues: [queue(0)] })
  clock.advance(50_000)
  expect(locks.hasLocks('G')).toBe(true)
})

test('over the limit nothing new is locked until old locks have expired', () => {
  const { locks, clock } = setUp({ lockLiveMs: 60_000, lockCountMax: 2 })
  expect(locks.lock({ group: 'G', clientId: 'one', queues: [queue(0), queue(1), queue(2)] })).toHaveLength(2)
  expect(locks.lock({ group: 'H', clientId: 'one', queues: [queue(0)] })).toEqual([])
  expect(locks.lock({ group: 'G', clientId: 'one', queues: [queue(0)] })).toEqual([queue(0)])
  clock.advance(60_001)
  expect(locks.lock({ group: 'H', clientId: 'one', queues: [queue(0)] })).toEqual([queue(0)])
})
