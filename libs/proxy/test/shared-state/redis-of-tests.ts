import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { silentLog, systemClock } from '@rocketmq-ts/base'
import { useComponents } from '@rocketmq-ts/base/testing'
import { RedisLink } from '../../src/shared-state/redis-link'

/** Nobody takes over anything, or gives up, because a machine is slow. */
const LONG_MS = 3_600_000

/** Call once at the top of a file: each test has proxies of a cluster of their own in the Redis of this run. */
export function useRedis() {
  const start = useComponents()
  let keyPrefix = ''
  beforeEach(() => void (keyPrefix = `test:${randomUUID()}:`))
  let clientCount = 0
  const redisUrl = process.env['REDIS_TEST_URL'] ?? ''
  const raw = new Redis(redisUrl, { lazyConnect: true })
  afterAll(() => raw.disconnect())
  return {
    start,
    /** As nobody of ours would use it. */
    raw,
    get keyPrefix() {
      return keyPrefix
    },
    /** What one proxy shares state by; `leaseMs`: after which silence it has died. */
    async proxy(leaseMs = LONG_MS) {
      const config = { redisUrl, redisTimeoutMillis: 60_000, redisLeaseMillis: leaseMs }
      const link = await start(new RedisLink(config, { clock: systemClock, log: silentLog }))
      const proxyId = `proxy-${(clientCount += 1)}`
      return { link, clock: systemClock, log: silentLog, proxyId, keyPrefix, leaseMs, clientMs: LONG_MS }
    },
    /** A name that no other test has. */
    unique: () => randomUUID(),
  }
}
