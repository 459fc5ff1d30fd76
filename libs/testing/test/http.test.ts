import { request as httpRequest } from 'node:http'
import { httpClient, httpConsumer } from './support/http-client'
import { useStandaloneProxy } from './support/standalone-proxy'

const server = useStandaloneProxy()
const http = httpClient(server.httpUrl)

async function topicWithConsumer(topic: string, type: Parameters<typeof server.createTopic>[1] = 'NORMAL') {
  await server.createTopic(topic, type)
  const consumer = httpConsumer(server.httpUrl, topic)
  await consumer.begin()
  return { path: `/v1/topics/${topic}/messages`, consumer }
}

test('a message that was sent is received with all it had, acknowledged, and gone', async () => {
  const { path, consumer } = await topicWithConsumer('HttpOne')
  const message = { body: 'hello', tag: 'greeting', keys: ['k1', 'k2'], properties: { colour: 'red' } }
  const sent = await http.post(path, message)
  expect(sent.status).toBe(201)
  expect(sent.json).toMatchObject({ brokerName: 'broker-a', offset: '0' })

  const received = await consumer.receiveAll(1)
  expect(received).toMatchObject([{ ...message, messageId: sent.json?.['messageId'], deliveryAttempt: 1 }])
  expect((await consumer.acknowledge(received)).status).toBe(204)
  expect(await consumer.receive()).toEqual([])
})

test('a consumer that waits gets a message when it is sent', async () => {
  const { path, consumer } = await topicWithConsumer('HttpWait')
  const received = consumer.receiveAll(1)
  await http.post(path, { body: 'at last' })
  expect(await received).toMatchObject([{ body: 'at last' }])
})

test('a batch arrives whole, and each message is answered for', async () => {
  const { path, consumer } = await topicWithConsumer('HttpBatch')
  const bodies = Array.from({ length: 100 }, (_, index) => `message ${index}`)
  const sent = await http.post(path, { messages: bodies.map(body => ({ body })) })
  expect(sent.status).toBe(201)
  const ids = (sent.json as { results: { messageId: string }[] }).results.map(({ messageId }) => messageId)
  expect(new Set(ids).size).toBe(bodies.length)
  const received = await consumer.receiveAll(bodies.length)
  expect(received.map(({ body }) => body).sort()).toEqual([...bodies].sort())
  expect(received.map(({ messageId }) => messageId).sort()).toEqual([...ids].sort())
})

test('a batch larger than a broker takes at once leaves in parts', async () => {
  const { path, consumer } = await topicWithConsumer('HttpLargeBatch')
  const body = 'x'.repeat(1024 * 1024)
  const sent = await http.post(path, { messages: Array.from({ length: 6 }, () => ({ body })) })
  expect(sent.status).toBe(201)
  const received = await consumer.receiveAll(6)
  expect(received.every(message => message.body === body)).toBe(true)
})

test('bytes are sent as they are, what else there is stands in headers', async () => {
  const { path, consumer } = await topicWithConsumer('HttpBytes')
  const bytes = Buffer.from([0, 255, 1, 254])
  const headers = {
    'content-type': 'application/octet-stream',
    'rmq-tag': 'raw',
    'rmq-keys': 'a,b',
    'rmq-prop-colour': 'blue',
  }
  expect((await http.post(path, bytes, headers)).status).toBe(201)
  const [message] = await consumer.receiveAll(1)
  expect(message).toMatchObject({ tag: 'raw', keys: ['a', 'b'], contentType: 'application/octet-stream' })
  expect(message?.properties).toMatchObject({ colour: 'blue' })
  expect(message?.bodyBase64).toBe(bytes.toString('base64'))
})

test('what is not done comes again and says so; what takes longer has a new receipt, and the old one is void', async () => {
  const { path, consumer } = await topicWithConsumer('HttpNack')
  await http.post(path, { body: 'try' })
  const [first] = await consumer.receiveAll(1)
  expect((await http.post(`${consumer.path}/nacks`, { receiptHandle: first!.receiptHandle, delay: '0s' })).status).toBe(
    200,
  )
  const [second] = await consumer.receiveAll(1)
  expect(second).toMatchObject({ body: 'try', deliveryAttempt: 2 })
  const extended = await http.post(`${consumer.path}/extensions`, {
    receiptHandle: second!.receiptHandle,
    invisible: '10m',
  })
  expect(extended.status).toBe(200)
  const receiptHandle = extended.json?.['receiptHandle'] as string
  expect(receiptHandle).not.toBe(second!.receiptHandle)
  expect((await consumer.acknowledge([{ ...second!, receiptHandle }])).status).toBe(204)
})

test('messages of one group come one after another', async () => {
  const { path, consumer } = await topicWithConsumer('HttpFifo', 'FIFO')
  await server.createGroup('group-of-HttpFifo', { consumeMessageOrderly: true })
  const bodies = ['1', '2', '3', '4', '5']
  await http.post(path, { messages: bodies.map(body => ({ body, group: 'g' })) })
  const received: unknown[] = []
  while (received.length < bodies.length) {
    const messages = await consumer.receive()
    received.push(...messages.map(({ body }) => body))
    if (messages.length > 0) await consumer.acknowledge(messages)
  }
  expect(received).toEqual(bodies)
})

test('a message that is given up is a dead letter of its group', async () => {
  const { path, consumer } = await topicWithConsumer('HttpDead')
  await http.post(path, { body: 'hopeless' })
  const [message] = await consumer.receiveAll(1)
  const { receiptHandle, messageId } = message!
  expect((await http.post(`${consumer.path}/dead-letters`, { receiptHandle, messageId })).status).toBe(204)
  const dead = await server.remoting.pullAll(server.broker(), '%DLQ%group-of-HttpDead', 0)
  expect(dead.map(({ body }) => body.toString())).toEqual(['hopeless'])
})

test('a message whose client has hung up goes to the next one, and was not consumed before', async () => {
  const { path, consumer } = await topicWithConsumer('HttpGone')
  const waiting = httpRequest(`${server.httpUrl()}${consumer.path}/receive`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  })
  waiting.on('error', () => undefined) // it is we who hang up
  await new Promise<void>(resolve => waiting.end(JSON.stringify({ wait: '20s' }), resolve))
  await http.get('/healthz')
  waiting.destroy()
  await http.post(path, { body: 'for the other' })
  expect(await consumer.receiveAll(1)).toMatchObject([{ body: 'for the other', deliveryAttempt: 1 }])
})

test.each([
  ['a topic that nobody has', '/v1/topics/NobodyHasIt/messages', { body: 'x' }, 404, 'TOPIC_NOT_FOUND'],
  ['a system topic', '/v1/topics/TBW102/messages', { body: 'x' }, 400, 'ILLEGAL_TOPIC'],
  ['a field that nobody knows', '/v1/topics/HttpOne/messages', { bodx: 'x' }, 400, 'BAD_REQUEST'],
  ['a message without a body', '/v1/topics/HttpOne/messages', { tag: 'x' }, 400, 'MESSAGE_BODY_EMPTY'],
  ['a message of another type', '/v1/topics/HttpOne/messages', { body: 'x', group: 'g' }, 409, 'MESSAGE_PROPERTY'],
  ['a body too large', '/v1/topics/HttpOne/messages', { body: 'x'.repeat(5e6) }, 413, 'MESSAGE_BODY_TOO_LARGE'],
  ['a short invisible time', '/v1/groups/g/topics/HttpOne/receive', { invisible: '1s' }, 400, 'ILLEGAL_INVISIBLE'],
  [
    'a receipt handle that is none',
    '/v1/groups/g/topics/HttpOne/nacks',
    { receiptHandle: 'x' },
    410,
    'INVALID_RECEIPT',
  ],
])('%s is refused with a problem that says why', async (_what, path, body, status, name) => {
  const { json, headers, status: answered } = await http.post(path, body)
  expect(answered).toBe(status)
  expect(headers.get('content-type')).toMatch('application/problem+json')
  expect(json).toMatchObject({ status, type: expect.stringContaining(`urn:rocketmq:code:${name}`) as string })
  expect(json?.['instance']).toBe(headers.get('x-request-id'))
})

test('the API describes itself, to machines and to people', async () => {
  const { json } = await http.get('/openapi.json')
  expect(json).toMatchObject({ openapi: '3.1.0' })
  const paths = Object.keys(json?.['paths'] as object)
  expect(paths).toContain('/v1/topics/{topic}/messages')
  const page = await http.get('/docs')
  expect(page.headers.get('content-type')).toMatch('text/html')
  for (const path of paths) expect(page.text).toContain(path)
})
