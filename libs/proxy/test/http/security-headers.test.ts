import { once } from 'node:events'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { useServedApps } from './served-app'

const served = useServedApps()

const said = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
}

test.each(['/healthz', '/readyz', '/metrics', '/openapi.json', '/v1/nothing', '/v1/topics/T/messages'])(
  'what answers GET %s has the headers that make browsers careful',
  async path => {
    const { url } = await served({})
    const { headers } = await fetch(`${url}${path}`)
    expect(Object.fromEntries(headers)).toMatchObject(said)
    expect(headers.get('strict-transport-security')).toBeNull()
  },
)

test('a stream has them, and so has what is refused before it is read', async () => {
  const receive = () => new Promise<never>(() => undefined)
  const metadata = { requireRoute: () => Promise.resolve({}) } as never
  const { url } = await served({ metadata, receive }, { httpRequestsInProgressMax: 1 })
  const leaving = new AbortController()
  const stream = await fetch(`${url}/v1/groups/G/topics/T/stream`, { signal: leaving.signal })
  const refused = await fetch(`${url}/healthz`)
  leaving.abort()
  expect([stream.status, refused.status]).toEqual([200, 429])
  expect(Object.fromEntries(stream.headers)).toMatchObject(said)
  expect(Object.fromEntries(refused.headers)).toMatchObject(said)
})

test.each([
  ['%', 400],
  ['T'.repeat(3000), 414],
])('a path that cannot be read (%#) is a problem of its caller', async (topic, status) => {
  const { url } = await served({})
  const answer = await fetch(`${url}/v1/topics/${topic}`, { headers: { 'x-request-id': 'asked-1' } })
  expect(answer.status).toBe(status)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    ...said,
    'content-type': expect.stringContaining('application/problem+json') as string,
  })
  expect(await answer.json()).toMatchObject({ status, code: 40000, instance: 'asked-1' })
})

test('the documentation may have styles of its own', async () => {
  const { url } = await served({})
  const { headers } = await fetch(`${url}/docs`)
  const policy = "default-src 'none';style-src 'unsafe-inline';frame-ancestors 'none'"
  expect(Object.fromEntries(headers)).toMatchObject({ ...said, 'content-security-policy': policy })
})

test('pipelined requests are answered in their order', async () => {
  const { server } = await served({})
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const paths = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? '/healthz' : `/v1/nothing-${index}`))
  const requests = paths.map(
    (path, index) => `GET ${path} HTTP/1.1\r\nHost: here\r\nX-Request-Id: request-${index}\r\n\r\n`,
  )
  socket.end(requests.join(''))
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'close')
  const ids = Buffer.concat(chunks)
    .toString()
    .match(/(?<=x-request-id: )\S+/g)
  expect(ids).toEqual(paths.map((_, index) => `request-${index}`))
})
