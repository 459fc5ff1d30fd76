import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { Redis } from 'ioredis'
import { inOrder } from '@rocketmq-ts/base'
import { Cluster, ProxyServer, RedisServer, TestClient } from '@rocketmq-ts/testing'

type ProxyConfig = Readonly<Record<string, string | number | boolean>>

/** Receipts are renewed, and dead proxies missed, soon; a machine that is slow is no reason to take Redis for dead. */
const sharedConfig: ProxyConfig = {
  ...{ redisLeaseMillis: 1000, redisTimeoutMillis: 30_000 },
  ...{ renewSchedulePeriodMillis: 200, renewAheadTimeMillis: 5000, defaultInvisibleTimeMills: 10_000 },
  grpcClientConsumerMinLongPollingTimeoutMillis: 200,
  grpcClientConsumerMaxLongPollingTimeoutMillis: 1000,
}

/** A broker, two `mqproxy` in front of it, and the Redis that they share. Call once at the top of a file. */
export function useSharedProxies(config: ProxyConfig = {}) {
  const remoting = new TestClient()
  const folder = mkdtempSync(path.join(tmpdir(), 'rocketmq-ts-'))
  const parts: { cluster: Cluster; redis: RedisServer; raw: Redis; a: ProxyServer; b: ProxyServer }[] = []
  const running = () => parts[0]!

  beforeAll(async () => {
    const cluster = await Cluster.create({ folder })
    const redis = await RedisServer.create(path.join(folder, 'redis'))
    const given = {
      namesrvAddr: cluster.nameServer.address,
      config: { ...sharedConfig, redisUrl: redis.url, ...config },
    }
    const a = await ProxyServer.create({ ...given, folder: path.join(folder, 'proxy-a') })
    const b = await ProxyServer.create({ ...given, folder: path.join(folder, 'proxy-b') })
    const raw = new Redis(redis.url, { lazyConnect: true })
    raw.on('error', () => undefined) // Redis is killed on purpose
    parts.push({ cluster, redis, a, b, raw })
    await inOrder([redis, cluster, a, b, remoting]).start()
  })
  afterAll(async () => {
    for (const { cluster, redis, raw, a, b } of parts) {
      raw.disconnect()
      await Promise.all([remoting, a, b].map(part => part.stop()))
      await cluster.stop()
      await redis.stop()
    }
    rmSync(folder, { recursive: true, force: true })
  })

  return {
    running,
    async createTopic(topic: string): Promise<void> {
      await remoting.createTopic(running().cluster.broker().address, topic, 4, '+message.type=NORMAL')
    },
  }
}

/** Resolves when `look` finds what it looks for. */
export async function until<T>(look: () => Promise<T | null> | T | null): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== null) return found
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
