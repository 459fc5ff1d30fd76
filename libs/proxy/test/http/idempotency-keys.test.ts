import { FakeClock } from '@rocketmq-ts/base/testing'
import { KeysInMemory } from '../../src/http/idempotency-keys'

const answer = { status: 201, payload: '{}' }

test('a key is taken once, and answered for from then on', () => {
  const keys = new KeysInMemory({ countMax: 10, charsMax: 1000, ageMsMax: 1000 }, new FakeClock())
  expect(keys.take('k', 'a')).toEqual({ state: 'NEW' })
  expect(keys.take('k', 'a')).toEqual({ state: 'RUNNING' })
  keys.finish('k', answer)
  expect(keys.take('k', 'a')).toEqual({ state: 'ANSWERED', answer })
  expect(keys.take('k', 'b')).toEqual({ state: 'USED_FOR_ANOTHER' })
})

test('a request that failed may be repeated', () => {
  const keys = new KeysInMemory({ countMax: 10, charsMax: 1000, ageMsMax: 1000 }, new FakeClock())
  keys.take('k', 'a')
  keys.release('k')
  expect(keys.take('k', 'b')).toEqual({ state: 'NEW' })
})

test('the oldest is forgotten when there are too many, and each when it is old', () => {
  const clock = new FakeClock()
  const keys = new KeysInMemory({ countMax: 2, charsMax: 1000, ageMsMax: 1000 }, clock)
  for (const key of ['1', '2', '3']) expect(keys.take(key, 'a')).toEqual({ state: 'NEW' })
  expect(keys.take('1', 'a')).toEqual({ state: 'NEW' })
  clock.advance(1000)
  expect(keys.take('1', 'a')).toEqual({ state: 'NEW' })
})

test('long answers push out the oldest', () => {
  const keys = new KeysInMemory({ countMax: 10, charsMax: 100, ageMsMax: 1000 }, new FakeClock())
  keys.take('1', 'a')
  keys.finish('1', { status: 201, payload: 'x'.repeat(200) })
  expect(keys.take('2', 'a')).toEqual({ state: 'NEW' })
  expect(keys.take('1', 'a')).toEqual({ state: 'NEW' })
  expect(keys.take('2', 'a')).toEqual({ state: 'RUNNING' })
})
