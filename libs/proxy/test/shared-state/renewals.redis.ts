import { RenewalsInRedis } from '../../src/shared-state/renewals-in-redis'
import type { HeldMessage } from '../../src/shared-state/shared-renewals'
import { useRedis } from './redis-of-tests'
import { heldMessage, newestOf, renewalsContract, renewed } from './renewals-contract'
import { until } from './until'

const redis = useRedis()

async function proxy(leaseMs?: number): Promise<RenewalsInRedis> {
  return await redis.start(new RenewalsInRedis(await redis.proxy(leaseMs)))
}

renewalsContract(() => proxy())

const takenOver = (by: RenewalsInRedis): Promise<readonly HeldMessage[]> =>
  until(async () => {
    const messages = await by.takeOver()
    return messages.length > 0 ? messages : null
  })

test('who takes a message that is just being renewed gets what comes of it', async () => {
  const [a, b] = [await proxy(), await proxy()]
  const held = heldMessage()
  await a.tell([held], true)
  const taking = b.take(held.clientId, held.handle)
  const newer = renewed(held)
  await a.tell([newer], false)
  expect(await taking).toBe(newestOf(newer))
})

test('what a proxy held that died is taken over once, and lost to it if it was only slow', async () => {
  const [slow, b, c] = [await proxy(300), await proxy(2000), await proxy(2000)]
  const messages = Array.from({ length: 20 }, () => heldMessage())
  await slow.tell(messages, false)
  await slow.stop() // it says no more that it lives
  const taken: HeldMessage[] = []
  await until(async () => {
    taken.push(...(await b.takeOver()), ...(await c.takeOver()))
    return taken.length >= messages.length ? true : null
  })
  const byClient = (one: HeldMessage, other: HeldMessage): number => one.clientId.localeCompare(other.clientId)
  expect(taken.sort(byClient)).toEqual(messages.sort(byClient))
  expect(slow.isHolder).toBe(false)
  expect(await slow.tell([messages[0]!], true)).toEqual(['OF_ANOTHER'])
  expect([...(await b.takeOver()), ...(await c.takeOver())]).toEqual([])
})

test('who leaves hands over to those that live, and says so when there are none', async () => {
  const [a, b] = [await proxy(2000), await proxy(2000)]
  await until(() => Promise.resolve(a.isHolder && b.isHolder ? true : null))
  const held = heldMessage()
  await a.tell([held], false)
  expect(await a.handOver()).toBe(true)
  expect(await takenOver(b)).toEqual([held])
  expect(await b.handOver()).toBe(false)
})

test('a message of a dead proxy that was over is not taken over', async () => {
  const [a, b] = [await proxy(300), await proxy(2000)]
  const [over, held] = [heldMessage(), heldMessage()]
  await a.tell([over, held], false)
  await b.take(over.clientId, over.handle)
  await a.stop()
  expect(await takenOver(b)).toEqual([held])
})

test('what is not ours in Redis does no harm', async () => {
  const [a, b] = [await proxy(300), await proxy(2000)]
  const [text, wrong, good] = [heldMessage(), heldMessage(), heldMessage()]
  const key = ({ clientId, handle }: HeldMessage): string => `${redis.keyPrefix}held:${clientId} ${handle}`
  await redis.raw.set(key(text), 'nonsense')
  expect(await b.take(text.clientId, text.handle)).toBeNull()
  await a.tell([wrong, good], false)
  await redis.raw.hset(key(wrong), 'newest', 'nonsense', 'since', 'long ago')
  expect(await b.take(wrong.clientId, wrong.handle)).toBeNull()
  await redis.raw.hset(key(wrong), 'owner', 'proxy-9')
  await redis.raw.set(`${redis.keyPrefix}proxies`, 'nonsense')
  await until(() => Promise.resolve(a.isHolder ? true : null))
  await until(async () => ((await redis.raw.type(`${redis.keyPrefix}proxies`)) === 'zset' ? true : null))
  await a.stop()
  expect(await takenOver(b)).toEqual([good])
})

test('all that stands in Redis has an end', async () => {
  const [a, b] = [await proxy(), await proxy()]
  const [held, over] = [heldMessage(), heldMessage()]
  await a.tell([held], false)
  await b.take(over.clientId, over.handle)
  a.clientSeen(held.clientId)
  await until(async () => ((await b.isClientSomewhere(held.clientId)) === true ? true : null))
  const names = await redis.raw.keys(`${redis.keyPrefix}*`)
  expect(names.length).toBeGreaterThanOrEqual(5)
  for (const name of names) expect(await redis.raw.pttl(name)).toBeGreaterThan(0)
})
