import { FakeClock } from '@rocketmq-ts/base/testing'
import { KeysInMemory } from '../../src/shared-state/idempotency-keys'
import { idempotencyKeysContract } from './idempotency-keys-contract'

const limits = { countMax: 10, charsMax: 1000, ageMsMax: 1000 }

idempotencyKeysContract(() => Promise.resolve(new KeysInMemory(limits, new FakeClock())))

test('the oldest is forgotten when there are too many, and each when it is old', async () => {
  const clock = new FakeClock()
  const keys = new KeysInMemory({ ...limits, countMax: 2 }, clock)
  for (const key of ['1', '2', '3']) expect(await keys.take(key, 'a')).toEqual({ state: 'NEW' })
  expect(await keys.take('1', 'a')).toEqual({ state: 'NEW' })
  clock.advance(1000)
  expect(await keys.take('1', 'a')).toEqual({ state: 'NEW' })
})

test('long answers push out the oldest', async () => {
  const keys = new KeysInMemory({ ...limits, charsMax: 100 }, new FakeClock())
  await keys.take('1', 'a')
  await keys.finish('1', { status: 201, payload: 'x'.repeat(200) })
  expect(await keys.take('2', 'a')).toEqual({ state: 'NEW' })
  expect(await keys.take('1', 'a')).toEqual({ state: 'NEW' })
  expect(await keys.take('2', 'a')).toEqual({ state: 'RUNNING' })
})
