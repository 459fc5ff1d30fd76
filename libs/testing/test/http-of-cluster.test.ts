import { httpClient, httpConsumer } from './support/http-client'
import { useClusterProxy } from './support/standalone-proxy'

const server = useClusterProxy({})
const http = httpClient(server.httpUrl)

test('through a proxy of its own messages are sent, received and acknowledged, and topics are seen', async () => {
  await server.createTopic('HttpCluster', 'NORMAL')
  const consumer = httpConsumer(server.httpUrl, 'HttpCluster')
  await consumer.begin()
  const bodies = ['one', 'two', 'three']
  const sent = await http.post('/v1/topics/HttpCluster/messages', { messages: bodies.map(body => ({ body })) })
  expect(sent.status).toBe(201)
  const received = await consumer.receiveAll(bodies.length)
  expect(received.map(({ body }) => body).sort()).toEqual([...bodies].sort())
  expect((await consumer.acknowledge(received)).status).toBe(204)
  expect(await consumer.receive()).toEqual([])
  expect((await http.get('/v1/topics/HttpCluster')).json).toMatchObject({ type: 'NORMAL', queues: 4 })
})
