import { InvalidTokenError } from '../../src/authentication/jwt/invalid-token-error'
import type { Messaging } from '../../src/messaging/messaging'
import { authenticatorOf, basic, userOf } from '../authentication/users'
import { promised } from './promised'
import { useServedApps } from './served-app'

const serve = useServedApps()
const json = { 'content-type': 'application/json' }
const users = [userOf('alice', { secret: 'a' }), userOf('bob', { secret: 'b' })]
const authenticator = authenticatorOf(users, { 'a-token-of-alice': 'alice' }, ['/docs'])

const statusOf = async (url: string, headers: Record<string, string> = {}): Promise<number> =>
  (await fetch(url, { headers })).status

test('a request of nobody is refused, and told how to say who it is of', async () => {
  const { url } = await serve({}, {}, { authenticator })
  const refused = await fetch(`${url}/v1/limits`)
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toBe(
    'Basic realm="rocketmq", charset="UTF-8", Bearer realm="rocketmq", MQv2-HMAC-SHA1',
  )
  expect(await refused.json()).toMatchObject({ type: 'urn:rocketmq:code:UNAUTHORIZED' })
  expect(await statusOf(`${url}/v1/limits`, { authorization: basic('alice', 'wrong') })).toBe(401)
  expect(await statusOf(`${url}/no/such/path`)).toBe(401)
})

test('a JWT that is not valid is refused with what is wrong with it, and nothing of it', async () => {
  const jwtUsers = {
    nameOf: () => {
      throw new InvalidTokenError('it has expired')
    },
  }
  const { url } = await serve({}, {}, { authenticator: authenticatorOf(users, {}, [], jwtUsers) })
  const refused = await fetch(`${url}/v1/limits`, { headers: { authorization: 'Bearer a.b.c' } })
  expect(refused.headers.get('www-authenticate')).toBe(
    'Basic realm="rocketmq", charset="UTF-8", Bearer realm="rocketmq", error="invalid_token", ' +
      'error_description="it has expired", MQv2-HMAC-SHA1',
  )
  expect(refused.headers.get('content-type')).toContain('application/problem+json')
  const detail = 'the token is not valid: it has expired'
  expect(await refused.json()).toMatchObject({ status: 401, type: 'urn:rocketmq:code:UNAUTHORIZED', detail })
})

test('a request of a user is served', async () => {
  const { url } = await serve({}, {}, { authenticator })
  expect(await statusOf(`${url}/v1/limits`, { authorization: basic('alice', 'a') })).toBe(200)
  expect(await statusOf(`${url}/v1/limits`, { authorization: 'Bearer a-token-of-alice' })).toBe(200)
})

test('health is for everyone, and what the whitelist has; the rest is not', async () => {
  const { url } = await serve({}, {}, { authenticator })
  const statuses = await Promise.all(
    ['/healthz', '/readyz', '/docs', '/openapi.json'].map(path => statusOf(url + path)),
  )
  expect(statuses).toEqual([200, 200, 200, 401])
})

test('an Idempotency-Key of one caller is none of another', async () => {
  const sent: unknown[] = []
  const messaging = {
    metadata: { messageTypeOf: () => Promise.resolve('NORMAL') },
    send(messages: readonly unknown[]) {
      sent.push(...messages)
      const place = { status: 'OK', messageId: `m${sent.length}`, brokerName: 'b', queueId: 0, queueOffset: 0 }
      return Promise.resolve([{ ...place, recallHandle: '' }])
    },
  } as unknown as Messaging
  const { url } = await serve(messaging, {}, { authenticator })
  const send = async (authorization: string): Promise<unknown> => {
    const headers = { ...json, authorization, 'idempotency-key': 'one' }
    const answer = await fetch(`${url}/v1/topics/t/messages`, { method: 'POST', headers, body: '{"body":"x"}' })
    return ((await answer.json()) as { messageId: string }).messageId
  }
  expect(await send(basic('alice', 'a'))).toBe('m1')
  expect(await send(basic('alice', 'a'))).toBe('m1')
  expect(await send(basic('bob', 'b'))).toBe('m2')
})

test('a stream ends when its user is none any more; those of others go on', async () => {
  const known = [userOf('alice', { secret: 'a' }), userOf('bob', { secret: 'b' })]
  const changing = authenticatorOf(known)
  const nothing = promised<readonly never[]>()
  const metadata = {
    requireRoute: () => Promise.resolve(),
    groupConfig: () => Promise.resolve({ consumeMessageOrderly: false }),
  }
  const messaging = { metadata, receive: () => nothing.promise } as unknown as Messaging
  const { url, app } = await serve(messaging, {}, { authenticator: changing })
  const open = (authorization: string): Promise<Response> =>
    fetch(`${url}/v1/groups/g/topics/t/stream`, { headers: { authorization } })
  const ofAlice = await open(basic('alice', 'a'))
  const ofBob = await open(basic('bob', 'b'))
  known.shift()
  changing.forget()
  expect(await ofAlice.text()).toContain('event: goodbye')
  expect((await open(basic('alice', 'a'))).status).toBe(401)
  const reader = ofBob.body!.getReader()
  expect(Buffer.from((await reader.read()).value).toString()).toBe(': welcome\n\n')
  await app.endStreams()
  expect(Buffer.from((await reader.read()).value).toString()).toContain('event: goodbye')
  nothing.resolve([])
})
