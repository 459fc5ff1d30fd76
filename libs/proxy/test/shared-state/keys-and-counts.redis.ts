import { FakeClock } from '@rocketmq-ts/base/testing'
import { KeysInRedis } from '../../src/shared-state/keys-in-redis'
import { CountsInRedis } from '../../src/shared-state/counts-in-redis'
import { idempotencyKeysContract } from './idempotency-keys-contract'
import { requestCountsContract } from './request-counts-contract'
import { useRedis } from './redis-of-tests'
import { until } from './until'

const HOUR_MS = 3_600_000
const limits = { countMax: 100, charsMax: 100_000, ageMsMax: HOUR_MS }
const answer = { status: 201, payload: '{"a": 1}\n{"b": "ü"}' }
const redis = useRedis()

async function keysOfProxy(leaseMs?: number): Promise<KeysInRedis> {
  return await redis.start(new KeysInRedis(limits, await redis.proxy(leaseMs)))
}

idempotencyKeysContract(() => keysOfProxy())
requestCountsContract(async () => new CountsInRedis(await redis.proxy()))

test('a request is known to every proxy: while it runs, and from its answer on', async () => {
  const [a, b] = [await keysOfProxy(), await keysOfProxy()]
  expect(await a.take('k', 'h')).toEqual({ state: 'NEW' })
  expect(await b.take('k', 'h')).toEqual({ state: 'RUNNING' })
  expect(await b.take('k', 'other')).toEqual({ state: 'USED_FOR_ANOTHER' })
  await a.finish('k', answer)
  expect(await b.take('k', 'h')).toEqual({ state: 'ANSWERED', answer })
  expect(await b.take('k', 'other')).toEqual({ state: 'USED_FOR_ANOTHER' })
})

test('a request that failed at one proxy may be repeated at another', async () => {
  const [a, b] = [await keysOfProxy(), await keysOfProxy()]
  await a.take('k', 'h')
  await a.release('k')
  expect(await b.take('k', 'other')).toEqual({ state: 'NEW' })
})

test('of many proxies that are asked at once one takes the key', async () => {
  const proxies = await Promise.all(Array.from({ length: 8 }, () => keysOfProxy()))
  const states = await Promise.all(proxies.map(keys => keys.take('k', 'h')))
  expect(states.filter(({ state }) => state === 'NEW')).toHaveLength(1)
  expect(states.filter(({ state }) => state === 'RUNNING')).toHaveLength(7)
})

test('the key of a proxy that died is free again', async () => {
  const [dead, other] = [await keysOfProxy(300), await keysOfProxy()]
  await dead.take('k', 'h')
  await dead.stop() // it says no more that it lives
  await until(async () => ((await other.take('k', 'h')).state === 'NEW' ? true : null))
})

test('that of one that lives is not, however long it takes', async () => {
  const clock = new FakeClock()
  const alive = await redis.start(new KeysInRedis(limits, { ...(await redis.proxy(HOUR_MS)), clock }))
  await alive.take('k', 'h')
  const [name = ''] = await redis.raw.keys(`${redis.keyPrefix}answer:*`)
  await redis.raw.pexpire(name, HOUR_MS / 2)
  clock.advance(HOUR_MS / 3)
  await until(async () => ((await redis.raw.pttl(name)) > HOUR_MS / 2 ? true : null))
})

test('who died and comes back does not undo what another has taken since', async () => {
  const [dead, other] = [await keysOfProxy(300), await keysOfProxy()]
  await dead.take('k', 'h')
  await dead.stop()
  await until(async () => ((await other.take('k', 'other')).state === 'NEW' ? true : null))
  await dead.finish('k', answer)
  await dead.release('k')
  expect(await other.take('k', 'other')).toEqual({ state: 'RUNNING' })
})

test.each(['nonsense', '', 'R', 'A ', 'A hash', 'R hash', 'A hash 20 x'])(
  'what stands there and is not ours (%j) counts as nothing',
  async text => {
    const proxy = await keysOfProxy()
    await proxy.take('k', 'h')
    await proxy.finish('k', answer)
    const [name = ''] = await redis.raw.keys(`${redis.keyPrefix}answer:*`)
    await redis.raw.set(name, text)
    expect(await (await keysOfProxy()).take('k', 'h')).toEqual({ state: 'NEW' })
  },
)

test('neither does what is no text', async () => {
  const proxy = await keysOfProxy()
  await proxy.take('k', 'h')
  const [name = ''] = await redis.raw.keys(`${redis.keyPrefix}answer:*`)
  await redis.raw.del(name)
  await redis.raw.lpush(name, 'x')
  await proxy.finish('k', answer)
  expect(await (await keysOfProxy()).take('k', 'h')).toEqual({ state: 'ANSWERED', answer })
})

test('requests are counted together, whichever proxy they come to', async () => {
  const [a, b] = [new CountsInRedis(await redis.proxy()), new CountsInRedis(await redis.proxy())]
  await a.add('caller', HOUR_MS)
  expect(await b.add('caller', HOUR_MS)).toMatchObject({ count: 2 })
  const name = `${redis.keyPrefix}requests:caller`
  await redis.raw.set(name, 'nonsense')
  expect(await a.add('caller', HOUR_MS)).toMatchObject({ count: 1 })
  await redis.raw.persist(name)
  expect(await a.add('caller', HOUR_MS)).toMatchObject({ count: 1 })
})

test('all that stands in Redis has an end', async () => {
  const keys = await keysOfProxy()
  await keys.take('running', 'h')
  await keys.take('answered', 'h')
  await keys.finish('answered', answer)
  await new CountsInRedis(await redis.proxy()).add('caller', HOUR_MS)
  const names = await redis.raw.keys(`${redis.keyPrefix}*`)
  expect(names).toHaveLength(3)
  for (const name of names) expect(await redis.raw.pttl(name)).toBeGreaterThan(0)
})
