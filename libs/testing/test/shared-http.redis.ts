import { createHash } from 'node:crypto'
import * as path from 'node:path'
import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { ProxyServer, RedisServer } from '@rocketmq-ts/testing'
import { httpClient } from './support/http-client'
import { until, useSharedProxies } from './support/shared-proxies'

const proxies = useSharedProxies()
const temporaryFolder = useTemporaryFolders()
const a = httpClient(() => proxies.running().a.httpUrl)
const b = httpClient(() => proxies.running().b.httpUrl)

const AWAY = /Redis cannot be used: this proxy shares nothing/g
const BACK = /Redis is back/g

function keyed(key: string): Record<string, string> {
  return { 'idempotency-key': key }
}

test('a request with the same key is answered by another proxy as by the first', async () => {
  await proxies.createTopic('Keys')
  const path = '/v1/topics/Keys/messages'
  const first = await a.post(path, { body: 'x' }, keyed('one'))
  const again = await b.post(path, { body: 'x' }, keyed('one'))
  expect([first.status, again.status, again.text]).toEqual([201, 201, first.text])
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  expect((await b.post(path, { body: 'y' }, keyed('one'))).status).toBe(422)
})

test('a key is taken everywhere while its request is under way, and free again soon after its proxy was killed', async () => {
  await proxies.createTopic('Flying')
  const { cluster, raw, a: proxyA } = proxies.running()
  const broker = cluster.broker().process
  const post = (client: typeof a) => client.post('/v1/topics/Flying/messages', { body: 'x' }, keyed('killed'))
  const isRunningAnywhere = async (): Promise<true | null> => {
    const names = await raw.keys('*answer:*')
    const values = await Promise.all(names.map(name => raw.get(name)))
    return values.some(value => value?.startsWith('R ')) ? true : null
  }
  process.kill(broker.pid, 'SIGSTOP') // requests are under way now, until the proxy loses patience: then once more
  await until(async () => {
    const ended = post(a).catch(() => null)
    await Promise.race([ended, until(isRunningAnywhere)])
    return (await post(b)).status === 409 ? true : null
  })
  await proxyA.process.kill()
  process.kill(broker.pid, 'SIGCONT')
  await until(async () => ((await post(b)).status === 201 ? true : null))
  await proxyA.start()
})

test('Redis is killed and comes back: requests go on, one line says so, and what was answered meanwhile is shared', async () => {
  await proxies.createTopic('Outage')
  const path = '/v1/topics/Outage/messages'
  const { redis, a: proxyA, b: proxyB } = proxies.running()
  const countIn = (pattern: RegExp) => [proxyA, proxyB].map(({ process }) => process.output.match(pattern)?.length ?? 0)
  const before = { away: countIn(AWAY), back: countIn(BACK) }
  const statuses = new Set<number>()
  let isOver = false
  const traffic = Promise.all(
    [a, b].map(async (client, index) => {
      for (let count = 0; !isOver; count += 1) {
        const key = keyed(`traffic-${index}-${count}`)
        for (const headers of [{}, key, key]) statuses.add((await client.post(path, { body: 'x' }, headers)).status)
      }
    }),
  )
  await redis.process.kill()
  for (const client of [a, b]) {
    const answer = await until(async () => {
      const ready = await client.get('/readyz')
      return ready.json?.['degraded'] === undefined ? null : ready
    })
    expect(answer.status).toBe(200)
    expect(answer.json!['degraded']).toMatch(/nothing is shared with other proxies/)
  }
  const first = await a.post(path, { body: 'meanwhile' }, keyed('meanwhile'))
  expect((await a.post(path, { body: 'meanwhile' }, keyed('meanwhile'))).text).toBe(first.text)
  await redis.start()
  for (const client of [a, b]) {
    await until(async () => ((await client.get('/readyz')).json?.['degraded'] === undefined ? true : null))
  }
  const caller = '' // nobody asks who calls
  const name = createHash('sha256').update(`${caller} ${path} meanwhile`).digest('base64url')
  await until(async () => await proxies.running().raw.get(`rocketmq-proxy:DefaultCluster:answer:${name}`))
  expect((await b.post(path, { body: 'meanwhile' }, keyed('meanwhile'))).text).toBe(first.text)
  isOver = true
  await traffic
  expect([...statuses]).toEqual([201])
  expect(countIn(AWAY)).toEqual(before.away.map(count => count + 1))
  expect(countIn(BACK)).toEqual(before.back.map(count => count + 1))
})

test('a Redis that hangs is waited for once, and not by every request', async () => {
  const { cluster, redis } = proxies.running()
  const server = await ProxyServer.create({
    folder: temporaryFolder(),
    namesrvAddr: cluster.nameServer.address,
    config: { redisUrl: redis.url, redisTimeoutMillis: 200 },
  })
  await server.start()
  const client = httpClient(() => server.httpUrl)
  await proxies.createTopic('Hanging')
  process.kill(redis.process.pid, 'SIGSTOP')
  for (let count = 0; count < 50; count += 1) {
    expect((await client.post('/v1/topics/Hanging/messages', { body: 'x' }, keyed(`k${count}`))).status).toBe(201)
  }
  expect((await client.get('/readyz')).json!['degraded']).toMatch(/nothing is shared/)
  process.kill(redis.process.pid, 'SIGCONT')
  await until(async () => ((await client.get('/readyz')).json?.['degraded'] === undefined ? true : null))
  await server.stop()
})

test('requests of one address are counted over all proxies', async () => {
  const { cluster, redis } = proxies.running()
  const config = {
    redisUrl: redis.url,
    redisTimeoutMillis: 30_000,
    redisKeyPrefix: 'limited:',
    httpRequestsPerMinuteMax: 3,
  }
  const given = { namesrvAddr: cluster.nameServer.address, config }
  const servers = [
    await ProxyServer.create({ ...given, folder: temporaryFolder() }),
    await ProxyServer.create({ ...given, folder: temporaryFolder() }),
  ]
  await Promise.all(servers.map(server => server.start()))
  const [one, two] = servers.map(server => httpClient(() => server.httpUrl))
  const answers = [
    await one!.get('/healthz'),
    await two!.get('/healthz'),
    await one!.get('/healthz'),
    await two!.get('/healthz'),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
  await Promise.all(servers.map(server => server.stop()))
})

test.each(['http://localhost:6379', 'redis://', 'localhost:6379', 'redis://:secret@host:99999'])(
  'a redisUrl that is none (%s) stops the start, without being printed',
  async redisUrl => {
    const server = await ProxyServer.create({
      folder: temporaryFolder(),
      namesrvAddr: '127.0.0.1:1',
      config: { redisUrl },
    })
    expect(await server.process.runToExit()).toEqual({ code: 2, signal: null })
    expect(server.process.output).toMatch(/redisUrl: it must be redis:\/\//)
    expect(server.process.output).not.toContain('secret')
  },
)

test('a Redis that is not there, or does not let the proxy in, is told in the log; the proxy serves', async () => {
  const { cluster } = proxies.running()
  const folder = temporaryFolder()
  const redis = await RedisServer.create(path.join(folder, 'redis'), { password: 'right' })
  const redisUrl = redis.url.replace('//', '//:wrong@')
  const given = { folder: path.join(folder, 'proxy'), namesrvAddr: cluster.nameServer.address }
  const server = await ProxyServer.create({ ...given, config: { redisUrl } })
  await server.start()
  const client = httpClient(() => server.httpUrl)
  expect((await client.get('/readyz')).json!['degraded']).toMatch(/ECONNREFUSED/)
  await redis.start()
  await until(async () => (/WRONGPASS/.test(String((await client.get('/readyz')).json!['degraded'])) ? true : null))
  await server.stop()
  await server.start()
  expect(server.process.output).toMatch(AWAY)
  expect(server.process.output).toMatch(/WRONGPASS/)
  expect(server.process.output).not.toContain('wrong@')
  await server.stop()
  await redis.stop()
})
