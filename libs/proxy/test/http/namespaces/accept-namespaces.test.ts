import { get } from 'node:http'
import { namingFields } from '../../../src/http/namespaces/accept-namespaces'
import type { Messaging } from '../../../src/messaging/messaging'
import { useServedApps } from '../served-app'

const serve = useServedApps()
const LONG = 'n'.repeat(118)

/** Notes which topics are sent to. */
function sendingCore() {
  const topics: string[] = []
  const messaging = {
    metadata: { messageTypeOf: () => Promise.resolve('NORMAL') },
    send([{ topic }]: readonly [{ readonly topic: string }]) {
      topics.push(topic)
      const place = { status: 'OK', messageId: `m${topics.length}`, brokerName: 'b', queueId: 0, queueOffset: 0 }
      return Promise.resolve([{ ...place, recallHandle: '' }])
    },
  } as unknown as Messaging
  return { topics, messaging }
}

async function send(url: string, headers: Record<string, string> = {}): Promise<Response> {
  const json = { 'content-type': 'application/json' }
  return await fetch(url, { method: 'POST', headers: { ...json, ...headers }, body: '{"body":"x"}' })
}

test.each([
  ['/v1/topics/T/messages', { 'RMQ-Namespace': 'shop' }, 'shop%T'],
  ['/v1/ns/shop/topics/T/messages', {}, 'shop%T'],
  ['/v1/ns/shop/topics/T/messages', { 'rmq-namespace': 'shop' }, 'shop%T'],
  ['/v1/ns/a%7Cb/topics/T/messages', {}, 'a|b%T'],
  [`/v1/ns/${LONG}/topics/T/messages`, {}, `${LONG}%T`],
  ['/v1/ns/shop/topics/shop%25T/messages', {}, 'shop%T'],
  ['/v1/topics/T/messages', {}, 'T'],
  ['/v1/topics/shop%25T/messages', {}, 'shop%T'],
])('what is sent to %s with %p goes to %s', async (path, headers, topic) => {
  const { topics, messaging } = sendingCore()
  const { url } = await serve(messaging)
  const answer = await send(url + path, headers)
  expect([answer.status, topics]).toEqual([201, [topic]])
})

test.each([
  ['/v1/topics/T/messages', { 'RMQ-Namespace': '' }, 'the namespace is empty'],
  ['/v1/topics/T/messages', { 'RMQ-Namespace': 'a%b' }, 'illegal characters'],
  ['/v1/topics/T/messages', { 'RMQ-Namespace': 'a b' }, 'illegal characters'],
  ['/v1/topics/T/messages', { 'RMQ-Namespace': 'ü' }, 'illegal characters'],
  ['/v1/topics/T/messages', { 'RMQ-Namespace': `${LONG}n` }, 'longer than 118'],
  ['/v1/ns//topics/T/messages', {}, 'the namespace is empty'],
  ['/v1/ns/a%25b/topics/T/messages', {}, 'illegal characters'],
  ['/v1/ns/a%2Fb/topics/T/messages', {}, 'illegal characters'],
  ['/v1/ns/%zz/topics/T/messages', {}, 'illegal characters'],
  [`/v1/ns/${LONG}n/topics/T/messages`, {}, 'longer than 118'],
  [
    '/v1/ns/shop/topics/T/messages',
    { 'RMQ-Namespace': 'stock' },
    'stock in the header RMQ-Namespace, and shop in the path',
  ],
  ['/v1/ns/shop/topics/T/messages', { 'RMQ-Namespace': '' }, 'the namespace is empty'],
])('%s with %p is refused: %s', async (path, headers, detail) => {
  const { topics, messaging } = sendingCore()
  const { url } = await serve(messaging)
  const answer = await send(url + path, headers)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json; charset=utf-8'])
  expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(detail) as string, code: 40000 })
  expect(topics).toEqual([])
})

test('a header that comes twice is refused', async () => {
  const { url } = await serve({})
  const status = await new Promise(resolve => {
    get(`${url}/v1/limits`, { headers: { 'RMQ-Namespace': ['a', 'b'] } }, response => {
      response.resume()
      resolve(response.statusCode)
    })
  })
  expect(status).toBe(400)
})

test('a topic whose whole name is too long is refused as such a one', async () => {
  const { messaging } = sendingCore()
  const { url } = await serve(messaging)
  const answer = await send(`${url}/v1/ns/${LONG}/topics/${'t'.repeat(9)}/messages`)
  expect(await answer.json()).toMatchObject({ status: 400, detail: expect.stringContaining('127') as string })
})

test('system topics are those of everybody, and refused as ever', async () => {
  const { messaging } = sendingCore()
  const { url } = await serve(messaging)
  const answer = await send(`${url}/v1/ns/shop/topics/TBW102/messages`)
  expect(await answer.json()).toMatchObject({ status: 400, detail: 'cannot access system topic TBW102' })
})

test('an Idempotency-Key of one namespace is none of another, however these are named', async () => {
  const { topics, messaging } = sendingCore()
  const { url } = await serve(messaging)
  const idOf = async (path: string, headers: Record<string, string> = {}): Promise<unknown> => {
    const answer = await send(url + path, { 'idempotency-key': 'one', ...headers })
    return ((await answer.json()) as { messageId: string }).messageId
  }
  expect(await idOf('/v1/topics/T/messages')).toBe('m1')
  expect(await idOf('/v1/topics/T/messages', { 'RMQ-Namespace': 'shop' })).toBe('m2')
  expect(await idOf('/v1/ns/shop/topics/T/messages')).toBe('m2')
  expect(await idOf('/v1/ns/stock/topics/T/messages')).toBe('m3')
  expect(await idOf('/v1/topics/T/messages')).toBe('m1')
  expect(topics).toEqual(['T', 'shop%T', 'stock%T'])
})

test.each([
  ['/v1/ns/shop', 404],
  ['/v1/ns/shop/', 404],
  ['/v1/ns/shop/nothing', 404],
  ['/v1/ns/shop/ns/shop/limits', 404],
  ['/v1/ns/shop/topics/T/messages', 405],
  ['/v1/ns/shop/limits', 200],
  ['/healthz', 200],
])('%s is answered %d', async (path, status) => {
  const { url } = await serve({})
  const answer = await fetch(url + path, path === '/healthz' ? { headers: { 'RMQ-Namespace': '%' } } : {})
  expect(answer.status).toBe(status)
  if (status !== 200) expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(path) as string })
})

interface Described {
  readonly name?: string
  readonly in?: string
  readonly schema?: object
}
interface Operation {
  readonly parameters?: readonly Described[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Shape }>> }
}
interface Shape {
  readonly properties?: object
  readonly anyOf?: readonly Shape[]
}

/** Names of what is asked of the API, that topics and groups could be in. */
function namesIn(operation: Operation, isOf: (name: string) => boolean): readonly string[] {
  const bodies = Object.values(operation.requestBody?.content ?? {}).flatMap(({ schema }) => [
    schema,
    ...(schema.anyOf ?? []),
  ])
  const fields = bodies.flatMap(({ properties = {} }) => Object.keys(properties).map(name => `body ${name}`))
  return [...(operation.parameters ?? []).map(({ in: where, name }) => `${where} ${name}`), ...fields].filter(isOf)
}

test('of all that the API takes, nothing that names a topic or a group is left out', async () => {
  const { url } = await serve({})
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>
  }
  const operations = Object.values(paths).flatMap(methods => Object.values(methods))
  const named = new Set(operations.flatMap(operation => namesIn(operation, name => /topic|group/i.test(name))))
  const known = [
    ...namingFields.params.map(name => `path ${name}`),
    ...namingFields.query.map(name => `query ${name}`),
    ...namingFields.body.map(name => `body ${name}`),
  ]
  const others = ['body group', 'body liteTopic', 'body liteTopics', 'query liteTopic'] // of messages, and within a topic
  expect([...named].sort()).toEqual([...known, ...others].sort())
})

test('the header is described where it counts, and nowhere else', async () => {
  const { url } = await serve({})
  const { paths, info } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>
    info: { description: string }
  }
  for (const [path, methods] of Object.entries(paths)) {
    for (const { parameters = [] } of Object.values(methods)) {
      const header = parameters.find(({ in: where }) => where === 'header')
      if (!path.startsWith('/v1/')) expect(header).toBeUndefined()
      else expect(header).toMatchObject({ name: 'RMQ-Namespace', schema: { minLength: 1, maxLength: 118 } })
    }
  }
  expect(info.description).toContain('/v1/ns/{namespace}/')
})
