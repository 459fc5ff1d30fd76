import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { FakeClock } from '@rocketmq-ts/base/testing'
import type { Messaging } from '../../../src/messaging/messaging'
import { promised } from '../promised'
import { useServedApps } from '../served-app'

let over = promised()
beforeEach(() => (over = promised()))
// Before the servers are stopped: they wait for those who wait.
afterEach(() => over.resolve())
const serve = useServedApps()
const path = '/v1/groups/g/topics/t/stream'

/** Nothing comes until the test is over. */
const silent = {
  metadata: {
    groupConfig: () => Promise.resolve({ consumeMessageOrderly: false }),
    requireRoute: () => Promise.resolve({}),
  },
  receive: () => over.promise.then(() => turn([])),
} as unknown as Messaging

/** Reads what the server says, until it has said this. */
async function read(socket: Socket, wanted: string): Promise<string> {
  let text = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    text += chunk.toString()
    if (text.includes(wanted)) return text
  }
  throw new Error(`the server ended before it said ${wanted}: ${text}`)
}

async function opened(url: string): Promise<Socket> {
  const { port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`)
  await read(socket, ': welcome')
  return socket
}

test('a comment comes now and then while there are no messages', async () => {
  const clock = new FakeClock()
  const { url } = await serve(silent, {}, { clock })
  const socket = await opened(url)
  clock.advance(15_000)
  expect(await read(socket, ':\n\n')).toContain(':\n\n')
  socket.destroy()
})

test('at a stop clients are told to come again, and the stream ends', async () => {
  const { url, app } = await serve(silent)
  const socket = await opened(url)
  await app.endStreams()
  expect(await read(socket, '0\r\n\r\n')).toMatch(/event: goodbye\nretry: 1000\n/)
  expect((await fetch(`${url}${path}`)).status).toBe(503)
  socket.destroy()
})

test('one stream more than there may be is refused, and told when to come again', async () => {
  const { url } = await serve(silent, { httpStreamsMax: 1 })
  const socket = await opened(url)
  const refused = await fetch(`${url}${path}`)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  const closed = once(socket, 'close')
  socket.destroy()
  await closed
})

test('one wait more than there may be is refused, of requests and streams together', async () => {
  const { url } = await serve(silent, { httpWaitsMax: 1 })
  const socket = await opened(url)
  const body = JSON.stringify({ wait: '1s' })
  const headers = { 'content-type': 'application/json' }
  const refused = await fetch(`${url}/v1/groups/g/topics/t/receive`, { method: 'POST', headers, body })
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  socket.destroy()
})

test('pages of other sites are not let in by a stream either', async () => {
  const { url } = await serve(silent)
  const abort = new AbortController()
  const response = await fetch(`${url}${path}`, { headers: { origin: 'https://app.example' }, signal: abort.signal })
  expect(response.headers.get('access-control-allow-origin')).toBeNull()
  abort.abort()
})
