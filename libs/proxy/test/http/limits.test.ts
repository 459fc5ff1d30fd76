import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { once } from 'node:events'
import type { Messaging } from '../../src/messaging/messaging'
import type { ReceivedMessage } from '../../src/messaging/popped-messages'
import { promised } from './promised'
import { useServedApps } from './served-app'

const serve = useServedApps()
const json = { 'content-type': 'application/json' }

test('more requests than may be in progress are told to come again, and those that wait are answered', async () => {
  const asked = promised()
  const answer = promised<readonly ReceivedMessage[]>()
  const messaging = {
    metadata: { groupConfig: () => Promise.resolve({ consumeMessageOrderly: false }) },
    receive() {
      asked.resolve()
      return answer.promise
    },
  } as unknown as Messaging
  const { url } = await serve(messaging, { httpRequestsInProgressMax: 1 })
  const waiting = fetch(`${url}/v1/groups/g/topics/t/receive`, { method: 'POST', headers: json, body: '{}' })
  await asked.promise
  const refused = await fetch(`${url}/healthz`)
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await refused.json()).toMatchObject({ type: 'urn:rocketmq:code:TOO_MANY_REQUESTS' })
  answer.resolve([])
  expect((await waiting).status).toBe(200)
})

test('requests that were pipelined are in progress no longer than their connection', async () => {
  const asked = promised()
  const messaging = {
    metadata: { groupConfig: () => Promise.resolve({ consumeMessageOrderly: false }) },
    receive() {
      asked.resolve()
      return new Promise<never>(() => undefined)
    },
  } as unknown as Messaging
  const { url, server } = await serve(messaging, { httpRequestsInProgressMax: 2 })
  const connected = once(server, 'connection')
  const { hostname, port } = new URL(url)
  const client = connect(Number(port), hostname)
  const head = 'POST /v1/groups/g/topics/t/receive HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\n'
  client.write(`${head}content-length: 2\r\n\r\n{}`.repeat(2))
  const [socket] = (await connected) as [Socket]
  await asked.promise
  while ((await fetch(`${url}/healthz`)).status !== 429) await turn()
  const closed = once(socket, 'close')
  client.destroy()
  await closed
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
})

test('one address may ask so often in a minute, and is told when to come again', async () => {
  const { url } = await serve({}, { httpRequestsPerMinuteMax: 2 })
  const statuses: number[] = []
  for (let count = 0; count < 2; count++) statuses.push((await fetch(`${url}/healthz`)).status)
  expect(statuses).toEqual([200, 200])
  const refused = await fetch(`${url}/healthz`)
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(refused.headers.get('content-type')).toMatch('application/problem+json')
})

test('a body larger than configured is not read', async () => {
  const { url } = await serve({}, { httpBodyBytesMax: 10 })
  const body = JSON.stringify({ body: 'x'.repeat(20) })
  const { status, headers } = await fetch(`${url}/v1/topics/t/messages`, { method: 'POST', headers: json, body })
  expect(status).toBe(413)
  expect(headers.get('content-type')).toMatch('application/problem+json')
})

test('pages of other origins may not use it unless they are configured', async () => {
  const origin = 'https://app.example'
  const closed = await serve({})
  const open = await serve({}, { httpCorsOrigins: `${origin}, https://other.example` })
  const allowed = async ({ url }: { url: string }, from: string) =>
    (await fetch(`${url}/healthz`, { headers: { origin: from } })).headers.get('access-control-allow-origin')
  expect(await allowed(closed, origin)).toBeNull()
  expect(await allowed(open, origin)).toBe(origin)
  expect(await allowed(open, 'https://else.example')).toBeNull()
})

test('a request keeps the id that its caller gave it, if that can be an id', async () => {
  const { url } = await serve({})
  const idOf = async (given: string) =>
    (await fetch(`${url}/healthz`, { headers: { 'x-request-id': given } })).headers.get('x-request-id')
  expect(await idOf('mine-1')).toBe('mine-1')
  expect(await idOf('x'.repeat(200))).toMatch(/^[0-9a-f-]{36}$/)
})

test.each(['{"body"', '[]', 'null', '"x"', '{"__proto__":{"x":1}}'])('%s is refused', async body => {
  const { url } = await serve({})
  expect((await fetch(`${url}/v1/topics/t/messages`, { method: 'POST', headers: json, body })).status).toBe(400)
})

test('what is no HTTP ends its connection', async () => {
  const { server } = await serve({})
  const address = server.address() as { port: number }
  const socket = connect(address.port, '127.0.0.1')
  socket.end('\x00\x00\x01\x02 no such thing\r\n\r\n')
  let answer = ''
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  await once(socket, 'close')
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
})
