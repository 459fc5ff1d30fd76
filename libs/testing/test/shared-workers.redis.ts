import { ProxyServer } from '@rocketmq-ts/testing'
import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { httpClient } from './support/http-client'
import { useSharedProxies } from './support/shared-proxies'

const proxies = useSharedProxies()
const temporaryFolder = useTemporaryFolders()

test('the processes of one proxy share what several proxies do', async () => {
  const { cluster, redis } = proxies.running()
  const proxy = await ProxyServer.create({
    folder: temporaryFolder(),
    namesrvAddr: cluster.nameServer.address,
    config: { workers: 2, redisUrl: redis.url, redisTimeoutMillis: 30_000 },
  })
  await proxies.createTopic('Workers')
  await proxy.start()
  try {
    const client = httpClient(() => proxy.httpUrl)
    // A connection of its own for each: they go to the processes by turns.
    const headers = { 'idempotency-key': 'one', connection: 'close' }
    const send = () => client.post('/v1/topics/Workers/messages', { body: 'x' }, headers)
    const [first, ...others] = [await send(), await send(), await send(), await send()]
    expect(first.status).toBe(201)
    expect(others.map(({ text }) => text)).toEqual(others.map(() => first.text))
  } finally {
    await proxy.stop()
  }
})
