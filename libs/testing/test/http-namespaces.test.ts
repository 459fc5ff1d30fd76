/**
 * The official client keeps its messages in a global of its own.
 * @jest-environment-options {"globalsCleanup": "off"}
 */
import { EventSourceOfTest } from './support/event-source'
import { httpClient } from './support/http-client'
import type { ReceivedOverHttp } from './support/http-client'
import { receiveAll, useStandaloneProxy } from './support/standalone-proxy'
import { WebSocketOfTest } from './support/web-socket'

const server = useStandaloneProxy({
  ...{ recallMessageEnable: 'true', enableLmq: 'true', enableMultiDispatch: 'true' },
  ...{ transactionCheckInterval: 300, transactionTimeOut: 0, transactionCheckMax: 1_000_000 },
})
const http = httpClient(server.httpUrl)
const header = { 'RMQ-Namespace': 'shop' }
type Received = ReceivedOverHttp & { readonly topic: string; readonly liteTopic?: string }

async function created(ns: string, topic: string, group: string, more: object = {}): Promise<string> {
  expect(await http.put(`/v1/ns/${ns}/topics/${topic}`, { queues: 1, ...more })).toMatchObject({ json: { topic } })
  expect(await http.put(`/v1/ns/${ns}/groups/${group}`, {})).toMatchObject({ json: { group } })
  const path = `/v1/ns/${ns}/groups/${group}/topics/${topic}`
  expect((await http.post(`${path}/receive`, {})).json?.['messages']).toEqual([])
  return path
}

async function receive(path: string, more: object = {}): Promise<readonly Received[]> {
  const { json, text, status } = await http.post(`${path}/receive`, { wait: '1s', ...more })
  if (status !== 200) throw new Error(text)
  return json?.['messages'] as readonly Received[]
}

async function next(path: string, more: object = {}): Promise<Received> {
  for (;;) {
    const [message] = await receive(path, { max: 1, ...more })
    if (message !== undefined) return message
  }
}

test('what is sent in a namespace is on ns%T to remoting clients, and comes from there', async () => {
  const path = await created('shop', 'Meet', 'meeters')
  await http.post('/v1/topics/Meet/messages', { body: 'by HTTP' }, header)
  const pulled = await server.remoting.pullAll(server.remotingAddress(), 'shop%Meet', 0)
  expect(pulled.map(({ body, topic }) => [topic, body.toString()])).toEqual([['shop%Meet', 'by HTTP']])
  await server.remoting.send(server.remotingAddress(), { topic: 'shop%Meet', queueId: 0, body: 'by remoting' })

  const first = await next(path)
  const { json } = await http.post('/v1/groups/meeters/topics/Meet/receive', { wait: '5s', max: 1 }, header)
  const [second] = json?.['messages'] as readonly Received[]
  const got = [first, second!]
  expect(got.map(({ topic, body }) => [topic, body])).toEqual([
    ['Meet', 'by HTTP'],
    ['Meet', 'by remoting'],
  ])
  const acks = { receiptHandles: got.map(({ receiptHandle }) => receiptHandle) }
  expect((await http.post(`${path}/acks`, acks)).status).toBe(204)
  expect((await http.get('/v1/topics/Meet')).status).toBe(404)
})

test('clients of gRPC that name ns%T meet those of the namespace', async () => {
  await created('shop', 'MeetGrpc', 'meeters')
  const consumer = await server.simpleConsumer('shop%MeetGrpc', { consumerGroup: 'shop%grpc' })
  const producer = await server.producer()
  await http.post('/v1/ns/shop/topics/MeetGrpc/messages', { body: 'by HTTP' })
  const [message] = await receiveAll(consumer, 1)
  expect([message?.topic, message?.body.toString()]).toEqual(['shop%MeetGrpc', 'by HTTP'])
  await producer.send({ topic: 'shop%MeetGrpc', body: Buffer.from('by gRPC') })
  const { json } = await http.get('/v1/ns/shop/topics/MeetGrpc/queues/broker-a/0/messages')
  expect((json?.['messages'] as readonly Received[]).map(({ topic, body }) => [topic, body])).toEqual([
    ['MeetGrpc', 'by HTTP'],
    ['MeetGrpc', 'by gRPC'],
  ])
})

test('one name in two namespaces, and in none, is three topics and three groups', async () => {
  const ofShop = await created('shop', 'Apart', 'apart')
  const ofStock = await created('stock', 'Apart', 'apart')
  await http.put('/v1/topics/Apart', { queues: 1 })
  await http.post('/v1/ns/shop/topics/Apart/messages', { messages: [{ body: 'a', keys: ['k'] }, { body: 'b' }] })
  await http.post('/v1/topics/Apart/messages', '{"body": "line", "keys": ["k"]}\n', {
    ...{ 'RMQ-Namespace': 'stock', 'content-type': 'application/x-ndjson' },
  })
  const event = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/s', 'ce-type': 't' }
  await http.post('/v1/ns/stock/topics/Apart/messages', 'raw', { ...event, 'content-type': 'text/plain' })
  await http.post('/v1/topics/Apart/messages', { body: 'plain', keys: ['k'] })
  const bodiesOf = async (path: string): Promise<readonly unknown[]> => {
    const { json } = await http.get(`${path}/topics/Apart/queues/broker-a/0/messages`)
    return (json?.['messages'] as readonly Received[]).map(({ body }) => body)
  }
  expect(await bodiesOf('/v1/ns/shop')).toEqual(['a', 'b'])
  expect(await bodiesOf('/v1/ns/stock')).toEqual(['line', 'raw'])
  expect(await bodiesOf('/v1')).toEqual(['plain'])

  const found = await http.get('/v1/messages?topic=Apart&key=k', { 'RMQ-Namespace': 'stock' })
  expect(found.json?.['messages']).toMatchObject([{ topic: 'Apart', body: 'line' }])

  // A receipt handle is worth nothing in another namespace: the message comes again.
  const { receiptHandle, body } = await next(ofShop)
  await http.post(`${ofStock}/acks`, { receiptHandles: [receiptHandle] })
  expect((await http.post(`${ofShop}/nacks`, { receiptHandle })).status).toBe(200)
  const again = [await next(ofShop), await next(ofShop)]
  expect(again.map(message => message.body)).toContain(body)
})

test('lists are of the namespace, by the names that they have there; without one, of all', async () => {
  await created('lists', 'Listed', 'listers')
  await http.put('/v1/ns/lists/topics/Chats', { type: 'LITE' })
  await http.put('/v1/ns/lists/groups/screens', { liteTopicsOf: 'Chats' })
  const { json } = await http.get('/v1/ns/lists/topics')
  const names = (json?.['topics'] as readonly { topic: string }[]).map(({ topic }) => topic)
  expect(names.filter(name => !name.startsWith('%RETRY%')).sort()).toEqual(['Chats', 'Listed'])
  const groups = (await http.get('/v1/ns/lists/groups')).json?.['groups'] as readonly { group: string }[]
  expect(groups.map(({ group }) => group).sort()).toEqual(['listers', 'screens'])
  expect(groups.find(({ group }) => group === 'screens')).toMatchObject({ liteTopicsOf: 'Chats' })
  expect((await http.get('/v1/ns/lists/topics/Chats')).json).toMatchObject({ topic: 'Chats', type: 'LITE' })
  expect((await http.get('/v1/topics')).text).toContain('"lists%Listed"')
  expect((await http.delete('/v1/ns/lists/topics/Chats')).status).toBe(204)
  expect((await http.get('/v1/ns/lists/topics/Chats')).status).toBe(404)
})

test('lite topics of a parent in a namespace are received there', async () => {
  await http.put('/v1/ns/shop/topics/Talks', { type: 'LITE' })
  await http.put('/v1/ns/shop/groups/talkers', { liteTopicsOf: 'Talks' })
  const whose = { topic: 'Talks', clientId: 'one' }
  const subscribed = await http.put('/v1/ns/shop/groups/talkers/lite-subscriptions', { ...whose, liteTopics: ['t1'] })
  expect([subscribed.status, subscribed.text]).toEqual([204, ''])
  await http.post('/v1/ns/shop/topics/Talks/messages', { body: 'hello', liteTopic: 't1' })
  const got = await next('/v1/ns/shop/groups/talkers/topics/Talks', { clientId: 'one' })
  expect(got).toMatchObject({ topic: 'Talks', liteTopic: 't1', body: 'hello' })
})

test('what is given up in a namespace is among its dead letters, and becomes a message there again', async () => {
  const path = await created('shop', 'Dead', 'buriers')
  await http.post('/v1/ns/shop/topics/Dead/messages', { body: 'x' })
  const { receiptHandle } = await next(path)
  expect((await http.post(`${path}/dead-letters`, { receiptHandle })).status).toBe(204)
  const { json } = await http.get('/v1/ns/shop/groups/buriers/dead-letters')
  expect(json?.['deadLetters']).toMatchObject([{ body: 'x', topic: '%DLQ%buriers', originTopic: 'Dead' }])
  expect((await http.get('/v1/groups/buriers/dead-letters')).json).toEqual({ deadLetters: [] })

  await created('shop', 'Repairs', 'menders')
  const wish = { all: true, toTopic: 'Repairs' }
  const begun = await http.post('/v1/ns/shop/groups/buriers/dead-letters:redrive', wish)
  expect(begun).toMatchObject({ status: 202, json: { group: 'buriers' } })
  const location = begun.headers.get('location')!
  expect(location).toMatch(/^\/v1\/ns\/shop\/operations\//)
  expect((await http.get(location)).json).toMatchObject({ group: 'buriers' })
  expect((await http.get(location.replace('/shop/', '/stock/'))).status).toBe(404)
  expect(await next('/v1/ns/shop/groups/menders/topics/Repairs')).toMatchObject({ topic: 'Repairs', body: 'x' })
})

test('a transaction is begun, asked about and ended in its namespace, and in no other', async () => {
  const path = await created('shop', 'Paid', 'payers', { type: 'TRANSACTION' })
  await http.put('/v1/ns/stock/topics/Paid', { type: 'TRANSACTION' })
  const begun = await http.post('/v1/topics/Paid/transactions', { body: '5 euros' }, header)
  const id = begun.json?.['transactionId'] as string
  let checks: readonly { transactionId: string; message: Received }[] = []
  while (checks.length === 0) {
    const { json } = await http.get('/v1/ns/shop/topics/Paid/transactions/checks?wait=5s')
    checks = json?.['checks'] as typeof checks
  }
  expect(checks).toMatchObject([{ message: { topic: 'Paid', body: '5 euros' } }])
  const end = { resolution: 'commit' }
  expect((await http.put(`/v1/ns/stock/topics/Paid/transactions/${id}`, end)).status).toBe(400)
  expect((await http.put(`/v1/topics/Paid/transactions/${id}`, end)).status).toBe(400)
  expect((await http.put(`/v1/ns/shop/topics/Paid/transactions/${id}`, end)).status).toBe(204)
  expect(await next(path)).toMatchObject({ topic: 'Paid', body: '5 euros' })
})

test('a delayed message is taken back in its namespace, and in no other', async () => {
  await http.put('/v1/ns/shop/topics/Later', { type: 'DELAY' })
  await http.put('/v1/ns/stock/topics/Later', { type: 'DELAY' })
  const { json } = await http.post('/v1/ns/shop/topics/Later/messages', { body: 'x', delay: '10m' })
  const handle = json?.['recallHandle'] as string
  expect((await http.delete(`/v1/ns/stock/topics/Later/recalls/${handle}`)).status).toBe(400)
  expect((await http.delete(`/v1/ns/shop/topics/Later/recalls/${handle}`)).json).toEqual({
    messageId: json?.['messageId'],
  })
})

test('offsets are those of the namespace', async () => {
  await created('shop', 'Kept', 'keepers')
  const place = '/v1/ns/shop/groups/keepers/offsets'
  await http.post('/v1/ns/shop/topics/Kept/messages', { body: 'x' })
  expect((await http.put(`${place}/Kept/broker-a/0`, { offset: '1' })).json).toEqual({ offset: '1' })
  const where = { group: 'shop%keepers', topic: 'shop%Kept', queueId: 0 }
  expect(await server.remoting.queryOffset(server.broker(), where)).toBe(1)
  expect((await http.get(`${place}/Kept/broker-a/0`)).json).toEqual({ offset: '1' })
  const reset = await http.post(`${place}:reset`, { topic: 'Kept', to: 'earliest' })
  expect(reset.json).toEqual({ queues: [{ brokerName: 'broker-a', queueId: 0, offset: '0' }] })
})

test('streams and sockets are of a namespace, too', async () => {
  const path = await created('shop', 'Flow', 'flowers')
  const events = await EventSourceOfTest.open(`${server.httpUrl()}/v1/groups/flowers/topics/Flow/stream`, header)
  await http.post('/v1/ns/shop/topics/Flow/messages', { body: 'one' })
  const [event] = await events.take(1)
  expect(event?.data).toMatchObject({ topic: 'Flow', body: 'one' })
  await http.post(`${path}/acks`, { receiptHandles: [event!.id] })
  events.close()
  await events.ended

  const socket = await WebSocketOfTest.open(`${server.httpUrl()}${path}/ws`)
  socket.say({ op: 'subscribe', credit: 1 })
  socket.say({ op: 'send', message: { body: 'two' } })
  expect(await socket.next('message')).toMatchObject({ message: { topic: 'Flow', body: 'two' } })
  socket.close()
  const pulled = await server.remoting.pullAll(server.broker(), 'shop%Flow', 0)
  expect(pulled.map(({ body }) => body.toString())).toEqual(['one', 'two'])
  const nowhere = WebSocketOfTest.open(`${server.httpUrl()}/v1/ns/stock/groups/flowers/topics/Flow/ws`)
  await expect(nowhere).rejects.toThrow('HTTP 404')
  const malformed = WebSocketOfTest.open(`${server.httpUrl()}/v1/ns/a%25b/groups/flowers/topics/Flow/ws`)
  await expect(malformed).rejects.toThrow('HTTP 400')
})

test('the way on from a page keeps the namespace of the path, and messages that come as events name its topic', async () => {
  await created('shop', 'Paged', 'pagers')
  await http.post('/v1/ns/shop/topics/Paged/messages', { messages: [{ body: '1' }, { body: '2' }] })
  const accept = { accept: 'application/cloudevents-batch+json' }
  const first = await http.get('/v1/ns/shop/topics/Paged/queues/broker-a/0/messages?limit=1', accept)
  expect(first.json).toMatchObject([{ source: '/topics/Paged', data: 1 }])
  const link = /<([^>]*)>/.exec(first.headers.get('link')!)![1]!
  expect(link).toMatch(/^\/v1\/ns\/shop\/topics\/Paged\//)
  expect((await http.get(link, accept)).json).toMatchObject([{ data: 2 }])
})
