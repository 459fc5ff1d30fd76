import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { MessageToSend } from '../../src/messaging/message-to-send'
import type { Messaging } from '../../src/messaging/messaging'
import { useServedApps } from './served-app'

const serve = useServedApps()
const json = { 'content-type': 'application/json' }

function takingMessaging() {
  const bodies: string[] = []
  const messaging = {
    metadata: { messageTypeOf: () => Promise.resolve('NORMAL') },
    send(messages: readonly MessageToSend[]) {
      bodies.push(...messages.map(({ body }) => body.toString()))
      return Promise.resolve(
        messages.map(() => ({ status: 'OK', messageId: '', brokerName: '', queueId: 0, queueOffset: 0 })),
      )
    },
  } as unknown as Messaging
  return { bodies, messaging }
}

const message = JSON.stringify({ body: 'packed' })

test.each([
  ['gzip', gzipSync(message)],
  ['br', brotliCompressSync(message)],
  ['deflate', deflateSync(message)],
])('a body that comes as %s is unpacked', async (encoding, body) => {
  const { bodies, messaging } = takingMessaging()
  const { url } = await serve(messaging)
  const headers = { ...json, 'content-encoding': encoding }
  const { status } = await fetch(`${url}/v1/topics/t/messages`, { method: 'POST', headers, body })
  expect([status, bodies]).toEqual([201, ['packed']])
})

test.each([
  ['that unpacks to more than a body may have', 413, 'gzip', gzipSync(JSON.stringify({ body: 'x'.repeat(1e6) }))],
  ['that is cut off', 400, 'gzip', gzipSync(message).subarray(0, -12)],
  ['that is not packed as it says', 400, 'br', gzipSync(message)],
  ['of an encoding that nobody knows', 415, 'zip', gzipSync(message)],
])('a body %s is refused with %d', async (_what, status, encoding, body) => {
  const { bodies, messaging } = takingMessaging()
  const { url } = await serve(messaging, { httpBodyBytesMax: 10_000 })
  const headers = { ...json, 'content-encoding': encoding }
  const response = await fetch(`${url}/v1/topics/t/messages`, { method: 'POST', headers, body })
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toMatch('application/problem+json')
  expect(bodies).toEqual([])
})

test.each([
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0, gzip;q=0.5', 'gzip'],
  ['identity', null],
])('who accepts %s gets long answers as %s', async (accepted, encoding) => {
  const { url } = await serve({})
  const response = await fetch(`${url}/openapi.json`, { headers: { 'accept-encoding': accepted } })
  expect(response.headers.get('content-encoding')).toBe(encoding)
  expect(response.headers.get('vary')).toBe('accept-encoding')
  expect(await response.json()).toMatchObject({ openapi: '3.1.0' })
  const short = await fetch(`${url}/healthz`, { headers: { 'accept-encoding': accepted } })
  expect(short.headers.get('content-encoding')).toBeNull()
})
