import { EventSourceOfTest } from './support/event-source'
import { httpClient, httpConsumer } from './support/http-client'
import { useStandaloneProxy } from './support/standalone-proxy'

const server = useStandaloneProxy()
const http = httpClient(server.httpUrl)
const streams: EventSourceOfTest[] = []

afterEach(() => {
  for (const stream of streams.splice(0)) stream.close()
})

async function topicWithConsumer(topic: string) {
  await server.createTopic(topic, 'NORMAL')
  const consumer = httpConsumer(server.httpUrl, topic)
  await consumer.begin()
  return {
    consumer,
    send: async (...bodies: string[]) => {
      const { status } = await http.post(`/v1/topics/${topic}/messages`, { messages: bodies.map(body => ({ body })) })
      expect(status).toBe(201)
    },
    open: async (query = ''): Promise<EventSourceOfTest> => {
      const stream = await EventSourceOfTest.open(`${server.httpUrl()}${consumer.path}/stream${query}`)
      streams.push(stream)
      return stream
    },
  }
}

test('messages come as they are sent, as events whose id is the receipt handle', async () => {
  const { consumer, send, open } = await topicWithConsumer('StreamOne')
  const stream = await open()
  expect(stream.response.headers.get('content-type')).toBe('text/event-stream')
  await send('one', 'two')
  const events = await stream.take(2)
  expect(events.map(({ data }) => data['body']).sort()).toEqual(['one', 'two'])
  for (const { id, data } of events) expect(id).toBe(data['receiptHandle'])
  const acknowledged = await http.post(`${consumer.path}/acks`, { receiptHandles: events.map(({ id }) => id) })
  expect(acknowledged.status).toBe(204)
  stream.close()
  expect(await consumer.receive({ wait: '2s' })).toEqual([])
})

test('no more than prefetch come before one is settled, however that is done', async () => {
  const { consumer, send, open } = await topicWithConsumer('StreamCredit')
  await send('1', '2', '3', '4')
  const stream = await open('?prefetch=1')
  const bodies: unknown[] = []
  const settle = [
    (receiptHandle: string) => http.post(`${consumer.path}/acks`, { receiptHandles: [receiptHandle] }),
    (receiptHandle: string) => http.post(`${consumer.path}/nacks`, { receiptHandle, delay: '10m' }),
    (receiptHandle: string) => http.post(`${consumer.path}/dead-letters`, { receiptHandle }),
  ]
  for (const settleOne of settle) {
    const [event] = await stream.take(1)
    bodies.push(event?.data['body'])
    expect(stream.events).toEqual([])
    expect((await settleOne(event!.id)).status).toBeLessThan(300)
  }
  const [last] = await stream.take(1)
  expect([...bodies, last?.data['body']].sort()).toEqual(['1', '2', '3', '4'])
})

test('what a client that goes away has not acknowledged comes again for others', async () => {
  const { consumer, send, open } = await topicWithConsumer('StreamLeft')
  const stream = await open('?invisible=12h')
  await send('left behind')
  await stream.take(1)
  stream.close()
  const [message] = await consumer.receiveAll(1)
  expect(message).toMatchObject({ body: 'left behind', deliveryAttempt: 2 })
})

test('a stream wants what its filter says', async () => {
  const { consumer, open } = await topicWithConsumer('StreamFilter')
  const stream = await open('?filter=b%20%7C%7C%20c')
  for (const tag of ['a', 'b', 'c']) await http.post('/v1/topics/StreamFilter/messages', { body: tag, tag })
  const events = await stream.take(2)
  expect(events.map(({ data }) => data['tag']).sort()).toEqual(['b', 'c'])
  expect(consumer.path).toContain('StreamFilter')
})

test('a stream of what is not there is refused as any request', async () => {
  const answer = await http.get('/v1/groups/g/topics/NoSuchTopic/stream')
  expect(answer.status).toBe(404)
  expect(answer.headers.get('content-type')).toMatch('application/problem+json')
  expect((await http.get('/v1/groups/g/topics/NoSuchTopic/stream?prefetch=0')).status).toBe(400)
})
