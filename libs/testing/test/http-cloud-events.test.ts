import { httpClient, httpConsumer } from './support/http-client'
import { useStandaloneProxy } from './support/standalone-proxy'

const server = useStandaloneProxy()
const http = httpClient(server.httpUrl)
const BATCH = 'application/cloudevents-batch+json'
const ONE = 'application/cloudevents+json'
const event = { specversion: '1.0', id: 'e-1', source: '/shop', type: 'shop.order', partitionkey: 'anna' }

async function topicWithConsumer(topic: string, type = 'NORMAL') {
  expect((await http.put(`/v1/topics/${topic}`, { type, queues: 1 })).status).toBe(200)
  const consumer = httpConsumer(server.httpUrl, topic)
  await consumer.begin()
  return { path: `/v1/topics/${topic}/messages`, consumer }
}

const receive = (path: string, wish: object, accept: string) =>
  http.post(`${path}/receive`, { wait: '20s', ...wish }, { accept })

test('an event in headers is a message to who knows no events, and an event again to who does', async () => {
  const { path, consumer } = await topicWithConsumer('EventBinary')
  const headers = {
    ...{ 'ce-specversion': '1.0', 'ce-id': 'e-1', 'ce-source': '/shop', 'ce-type': 'shop.order' },
    ...{ 'ce-city': 'M%C3%BCnchen', 'content-type': 'application/json', 'rmq-tag': 'orders' },
  }
  expect((await http.post(path, '{"sum":  5}', headers)).status).toBe(201)
  const [message] = await consumer.receiveAll(1)
  expect(message).toMatchObject({ body: '{"sum":  5}', keys: ['e-1'], tag: 'orders', contentType: 'application/json' })
  expect(message?.properties).toMatchObject({ 'ce-type': 'shop.order', 'ce-city': 'München' })
  expect((await http.post(`${consumer.path}/nacks`, { receiptHandle: message!.receiptHandle })).status).toBe(200)

  let answer = await receive(consumer.path, { max: 1 }, ONE)
  while (answer.status === 204) answer = await receive(consumer.path, { max: 1 }, ONE)
  expect(answer.headers.get('content-type')).toMatch(ONE)
  expect(answer.json).toMatchObject({ id: 'e-1', city: 'München', data: { sum: 5 }, rmqattempt: 2 })
  const receiptHandle = answer.json?.['rmqreceipthandle'] as string
  expect((await consumer.acknowledge([{ ...message!, receiptHandle }])).status).toBe(204)
  expect((await receive(consumer.path, { max: 1, wait: '0s' }, ONE)).status).toBe(204)
})

test('a batch of events is sent, browsed and received as such', async () => {
  const { path, consumer } = await topicWithConsumer('EventBatch', 'FIFO')
  const events = ['a', 'b'].map(id => ({ ...event, id, data: { id } }))
  expect((await http.post(path, JSON.stringify(events), { 'content-type': BATCH })).status).toBe(201)
  const browsed = await http.get('/v1/topics/EventBatch/queues/broker-a/0/messages?limit=2', { accept: BATCH })
  expect(browsed.json).toMatchObject(events)
  expect(browsed.headers.get('link')).toMatch('from=2&limit=2>; rel="next"')
  const received: unknown[] = []
  while (received.length < events.length) {
    received.push(...((await receive(consumer.path, { max: 32 }, BATCH)).json as unknown as readonly unknown[]))
  }
  expect(received).toMatchObject(events)
})

test.each([
  ['no id', { ...event, id: undefined, data: 1 }, ONE],
  ['no list where one is said to be', event, BATCH],
])('an event with %s is refused', async (_what, given, type) => {
  await topicWithConsumer('EventWrong')
  const { status, json } = await http.post('/v1/topics/EventWrong/messages', JSON.stringify(given), {
    'content-type': type,
  })
  expect(status).toBe(400)
  expect(json?.['detail']).toMatch(/event/)
})

test('bodies of a type that nobody reads are refused, unless they are the data of an event', async () => {
  const { path, consumer } = await topicWithConsumer('EventTypes')
  expect((await http.post(path, '<a/>', { 'content-type': 'text/xml' })).status).toBe(415)
  const attributes = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/s', 'ce-type': 't' }
  expect((await http.post(path, '<a/>', { 'content-type': 'text/xml', ...attributes })).status).toBe(201)
  expect(await consumer.receiveAll(1)).toMatchObject([{ body: '<a/>', contentType: 'text/xml' }])
  expect((await http.post(`${consumer.path}/receive`, { max: 2 }, { accept: ONE })).status).toBe(400)
})
