import { httpClient, httpConsumer } from './support/http-client'
import { useStandaloneProxy } from './support/standalone-proxy'

const server = useStandaloneProxy({ recallMessageEnable: 'true' })
const http = httpClient(server.httpUrl)

async function topicWithConsumer(topic: string, type: string) {
  expect((await http.put(`/v1/topics/${topic}`, { type })).status).toBe(200)
  const consumer = httpConsumer(server.httpUrl, topic)
  await consumer.begin()
  return { path: `/v1/topics/${topic}`, consumer }
}

test('a half message is seen when its transaction is committed, and never when it is rolled back', async () => {
  const { path, consumer } = await topicWithConsumer('HttpTransactions', 'TRANSACTION')
  const begin = async (body: string): Promise<string> => {
    const { status, json } = await http.post(`${path}/transactions`, { body })
    expect(status).toBe(201)
    return json?.['transactionId'] as string
  }
  const resolve = (id: string, resolution: string) => http.put(`${path}/transactions/${id}`, { resolution })
  const rolledBack = await begin('no')
  const committed = await begin('yes')
  expect((await resolve(committed, 'unknown')).status).toBe(204)
  expect((await resolve(rolledBack, 'rollback')).status).toBe(204)
  expect((await resolve(committed, 'commit')).status).toBe(204)
  const received = await consumer.receiveAll(1)
  expect(received).toMatchObject([{ body: 'yes' }])
  await consumer.acknowledge(received)
  expect(await consumer.receive()).toEqual([])
})

test('an id that no transaction has is refused', async () => {
  const { json, status } = await http.put('/v1/topics/HttpTransactions/transactions/x', { resolution: 'commit' })
  expect(status).toBe(400)
  expect(json).toMatchObject({ type: 'urn:rocketmq:code:INVALID_TRANSACTION_ID' })
})

test('a delayed message is not there before its time, and comes then', async () => {
  const { path, consumer } = await topicWithConsumer('HttpDelayed', 'DELAY')
  const sent = await http.post(`${path}/messages`, { body: 'later', delay: '1s' })
  expect(sent.status).toBe(201)
  const [message] = await consumer.receiveAll(1)
  expect(message?.body).toBe('later')
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(message?.deliverAt ?? ''))
})

test('a delayed message is taken back by what its send was answered with, and by nothing else', async () => {
  const { path } = await topicWithConsumer('HttpRecalled', 'DELAY')
  const sent = await http.post(`${path}/messages`, { body: 'never', delay: '10m' })
  const { messageId, recallHandle } = sent.json as { messageId: string; recallHandle: string }
  const recall = (topicPath: string, handle: string) => http.delete(`${topicPath}/recalls/${handle}`)
  expect((await recall(path, recallHandle)).json).toEqual({ messageId })
  expect((await recall(path, 'x')).status).toBe(400)
  expect((await recall('/v1/topics/HttpDelayed', recallHandle)).status).toBe(400)
})

test('topics and groups are created, listed, changed and deleted', async () => {
  expect((await http.put('/v1/topics/HttpTopic', { type: 'FIFO', queues: 2 })).status).toBe(200)
  expect((await http.get('/v1/topics/HttpTopic')).json).toEqual({ topic: 'HttpTopic', type: 'FIFO', queues: 2 })
  const { json } = await http.get('/v1/topics')
  expect(json?.['topics']).toContainEqual({ topic: 'HttpTopic', type: 'FIFO', queues: 2 })
  expect((await http.delete('/v1/topics/HttpTopic')).status).toBe(204)
  expect((await http.get('/v1/topics/HttpTopic')).status).toBe(404)

  const group = { group: 'HttpGroup', ordered: true, attemptsMax: 3 }
  expect((await http.put('/v1/groups/HttpGroup', { ordered: true, attemptsMax: 3 })).json).toEqual(group)
  expect((await http.get('/v1/groups')).json?.['groups']).toContainEqual(group)
  expect((await http.delete('/v1/groups/HttpGroup')).status).toBe(204)
  expect((await http.get('/v1/groups')).json?.['groups']).not.toContainEqual(group)
})

test('a send that is repeated with its key is answered as before, and sends nothing', async () => {
  const { path, consumer } = await topicWithConsumer('HttpOnce', 'NORMAL')
  const headers = { 'idempotency-key': 'key-1' }
  const send = (body: string) => http.post(`${path}/messages`, { body }, headers)
  const first = await send('once')
  const again = await send('once')
  expect([first.status, again.status]).toEqual([201, 201])
  expect(again.json).toEqual(first.json)
  expect([first, again].map(({ headers: had }) => had.get('idempotency-replayed'))).toEqual([null, 'true'])
  expect((await send('another')).status).toBe(422)
  const refused = await http.post(`${path}/messages`, { body: '' }, { 'idempotency-key': 'key-2' })
  const mended = await http.post(`${path}/messages`, { body: 'mended' }, { 'idempotency-key': 'key-2' })
  expect([refused.status, mended.status]).toEqual([400, 201])
  const received = await consumer.receiveAll(2)
  expect(received.map(({ body }) => body).sort()).toEqual(['mended', 'once'])
  await consumer.acknowledge(received)
  expect(await consumer.receive()).toEqual([])
})

test('what is sent line by line is received, and of each line it is said what became of it', async () => {
  const { path, consumer } = await topicWithConsumer('HttpLines', 'NORMAL')
  const bodies = Array.from({ length: 1000 }, (_, index) => `line ${index}`)
  const lines = [...bodies.map(body => JSON.stringify({ body })), '{"no": "message"}']
  const { status, text } = await http.post(`${path}/messages`, lines.join('\n'), {
    'content-type': 'application/x-ndjson',
  })
  expect(status).toBe(200)
  const answers = text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { line: number; problem?: { status: number } })
  expect(answers.map(({ line }) => line)).toEqual(lines.map((_, index) => index + 1))
  expect(answers.filter(({ problem }) => problem !== undefined)).toMatchObject([
    { line: 1001, problem: { status: 400 } },
  ])
  const received = await consumer.receiveAll(bodies.length)
  expect(received.map(({ body }) => body).sort()).toEqual([...bodies].sort())
})
