import { httpClient, httpConsumer } from './support/http-client'
import { useStandaloneProxy } from './support/standalone-proxy'

const server = useStandaloneProxy()
const http = httpClient(server.httpUrl)

interface DeadLetter {
  readonly messageId: string
  readonly body: string
  readonly originTopic?: string
}

/** A group that has given up as many messages. */
async function groupWithDeadLetters(topic: string, bodies: readonly string[]) {
  const group = `group-of-${topic}`
  await http.put(`/v1/topics/${topic}`, {})
  await http.put(`/v1/groups/${group}`, {})
  const consumer = httpConsumer(server.httpUrl, topic)
  await consumer.begin()
  await http.post(`/v1/topics/${topic}/messages`, { messages: bodies.map(body => ({ body })) })
  for (const { receiptHandle, messageId } of await consumer.receiveAll(bodies.length)) {
    expect((await http.post(`${consumer.path}/dead-letters`, { receiptHandle, messageId })).status).toBe(204)
  }
  return { path: `/v1/groups/${group}/dead-letters`, consumer }
}

async function allDeadLetters(path: string): Promise<readonly DeadLetter[]> {
  const found: DeadLetter[] = []
  for (let cursor = ''; ;) {
    const { json } = await http.get(`${path}?limit=2${cursor}`)
    found.push(...(json?.['deadLetters'] as readonly DeadLetter[]))
    if (json?.['next'] === undefined) return found
    cursor = `&cursor=${json['next'] as string}`
  }
}

async function ended(location: string): Promise<Readonly<Record<string, unknown>> | null> {
  for (;;) {
    const { json } = await http.get(location)
    if (json?.['state'] !== 'RUNNING') return json
  }
}

test('dead letters are listed page by page, and are messages again when they are redriven', async () => {
  const bodies = ['1', '2', '3']
  const { path, consumer } = await groupWithDeadLetters('DeadAll', bodies)
  const dead = await allDeadLetters(path)
  expect(dead.map(({ body }) => body).sort()).toEqual(bodies)
  expect(dead[0]?.originTopic).toBe('DeadAll')

  const begun = await http.post(`${path}:redrive`, { all: true })
  expect(begun.status).toBe(202)
  const location = begun.headers.get('location') ?? ''
  expect(await ended(location)).toMatchObject({ state: 'DONE', brokers: [{ matched: 3, redriven: 3 }] })
  const received = await consumer.receiveAll(bodies.length)
  expect(received.map(({ body }) => body).sort()).toEqual(bodies)
  expect(received.map(({ messageId }) => messageId).sort()).toEqual(dead.map(({ messageId }) => messageId).sort())
  await consumer.acknowledge(received)
  expect(await allDeadLetters(path)).toHaveLength(bodies.length)
})

test('only those that are named are redriven, and what has ended can be cancelled no more', async () => {
  const { path, consumer } = await groupWithDeadLetters('DeadSome', ['stays', 'goes'])
  const wanted = (await allDeadLetters(path)).find(({ body }) => body === 'goes')
  const begun = await http.post(`${path}:redrive`, { messageIds: [wanted?.messageId] })
  const location = begun.headers.get('location') ?? ''
  expect(await ended(location)).toMatchObject({ brokers: [{ scanned: 2, matched: 1, redriven: 1 }] })
  expect(await consumer.receiveAll(1)).toMatchObject([{ body: 'goes' }])
  expect((await http.delete(location)).json).toMatchObject({ state: 'DONE' })
})

test('dead letters go to the topic that is named, if there is one', async () => {
  const { path } = await groupWithDeadLetters('DeadMoved', ['1', '2'])
  await http.put('/v1/topics/Repaired', {})
  const repaired = httpConsumer(server.httpUrl, 'Repaired')
  await repaired.begin()
  expect((await http.post(`${path}:redrive`, { all: true, toTopic: 'Nowhere' })).status).toBe(409)
  expect((await http.post(`${path}:redrive`, { all: true, toTopic: 'Repaired', to: 'retry' })).status).toBe(400)
  const begun = await http.post(`${path}:redrive`, { all: true, toTopic: 'Repaired' })
  expect(await ended(begun.headers.get('location') ?? '')).toMatchObject({ brokers: [{ redriven: 2 }] })
  const received = await repaired.receiveAll(2)
  expect(received.map(({ body }) => body).sort()).toEqual(['1', '2'])
})

test('a redrive that is at work holds up another of its group, until it is cancelled', async () => {
  const { path } = await groupWithDeadLetters(
    'DeadSlow',
    Array.from({ length: 100 }, (_, index) => String(index)),
  )
  const begun = await http.post(`${path}:redrive`, { all: true, ratePerSecond: 1 })
  const another = await http.post(`${path}:redrive`, { all: true })
  expect(another.status).toBe(409)
  expect(another.headers.get('content-type')).toMatch('application/problem+json')
  expect((await http.delete(begun.headers.get('location') ?? '')).json).toMatchObject({ state: 'CANCELLED' })
  expect((await http.post(`${path}:redrive`, { messageIds: ['nobody'] })).status).toBe(202)
})

test('a group without dead letters has none, and nothing to redrive; operations nobody began are not found', async () => {
  await http.put('/v1/groups/healthy', {})
  expect((await http.get('/v1/groups/healthy/dead-letters')).json).toEqual({ deadLetters: [] })
  expect((await http.get('/v1/groups/healthy/dead-letters?cursor=x')).status).toBe(400)
  expect((await http.post('/v1/groups/healthy/dead-letters:redrive', { all: true })).status).toBe(404)
  expect((await http.post('/v1/groups/healthy/dead-letters:redrive', {})).status).toBe(400)
  const unknown = Buffer.from('healthy 1 nobody').toString('base64url')
  for (const id of ['x', unknown]) {
    expect((await http.get(`/v1/operations/${id}`)).status).toBe(404)
    expect((await http.delete(`/v1/operations/${id}`)).status).toBe(404)
  }
})
