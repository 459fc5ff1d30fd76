import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { httpClient, httpConsumer } from './support/http-client'
import { useStandaloneProxy } from './support/standalone-proxy'
import { WebSocketOfTest } from './support/web-socket'

const server = useStandaloneProxy()
const http = httpClient(server.httpUrl)
const sockets: WebSocketOfTest[] = []

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close()
})

async function open(path: string, headers: Record<string, string> = {}): Promise<WebSocketOfTest> {
  const socket = await WebSocketOfTest.open(`${server.httpUrl()}${path}/ws`, headers)
  sockets.push(socket)
  return socket
}

async function topicWithConsumer(topic: string) {
  await server.createTopic(topic, 'NORMAL')
  const consumer = httpConsumer(server.httpUrl, topic)
  await consumer.begin()
  return consumer
}

test('one connection sends, receives what it has credit for, and acknowledges', async () => {
  const { path, receive } = await topicWithConsumer('SocketAll')
  const socket = await open(path)
  for (const body of ['one', 'two']) socket.say({ op: 'send', ref: body, message: { body, tag: 't' } })
  expect((await socket.takeAll(2, 'result')).map(({ ref }) => ref).sort()).toEqual(['one', 'two'])

  socket.say({ op: 'subscribe', ref: 1, credit: 1 })
  expect(await socket.next('result')).toEqual({ op: 'result', ref: 1 })
  const bodies: unknown[] = []
  for (let count = 0; count < 2; count++) {
    const { message } = (await socket.next('message')) as { message: Record<string, unknown> }
    bodies.push(message['body'])
    expect(socket.frames).toEqual([]) // the other one waits for credit
    socket.say({ op: 'ack', ref: 'done', receiptHandles: [message['receiptHandle']] })
    expect(await socket.next('result')).toEqual({ op: 'result', ref: 'done' })
  }
  expect(bodies.sort()).toEqual(['one', 'two'])
  socket.close()
  await socket.closed
  expect(await receive({ wait: '2s' })).toEqual([])
})

test('what is refused comes again, what takes longer has a new handle, what is left behind is for others', async () => {
  const consumer = await topicWithConsumer('SocketNack')
  const socket = await open(consumer.path)
  socket.say({ op: 'subscribe', credit: 1, invisible: '12h' })
  await http.post('/v1/topics/SocketNack/messages', { body: 'again' })
  const handleOf = async (): Promise<unknown> => {
    const { message } = (await socket.next('message')) as { message: Record<string, unknown> }
    return message['receiptHandle']
  }
  await socket.next('result')
  socket.say({ op: 'nack', receiptHandle: await handleOf(), delay: '0s' })
  await socket.next('result')
  const second = await handleOf()
  socket.say({ op: 'extend', receiptHandle: second, invisible: '11h' })
  const { receiptHandle } = await socket.next('result')
  expect(receiptHandle).not.toBe(second)
  socket.close()
  expect(await consumer.receiveAll(1)).toMatchObject([{ body: 'again', deliveryAttempt: 3 }])
})

test.each([
  ['no JSON', '{', 'a frame is text'],
  ['no such operation', '{"op":"shout","ref":7}', 'op'],
  ['a field too many', '{"op":"nack","receiptHandle":"x","more":1}', 'more'],
  ['a handle that is none', '{"op":"nack","receiptHandle":"x"}', 'receipt handle'],
])('%s is answered with what is wrong, and the connection goes on', async (_name, text, detail) => {
  const { path } = await topicWithConsumer('SocketWrong')
  const socket = await open(path)
  socket.sayText(text)
  const { problem } = (await socket.next('error')) as { problem: { detail: string } }
  expect(problem.detail).toContain(detail)
  socket.say({ op: 'subscribe', ref: 'still here', credit: 1 })
  expect(await socket.next('result')).toMatchObject({ ref: 'still here' })
})

test('a page of another site is not let in, and nobody to a topic that is not there', async () => {
  const { path } = await topicWithConsumer('SocketOrigin')
  await expect(open(path, { origin: 'https://else.example' })).rejects.toThrow('HTTP 403')
  await open(path, { origin: server.httpUrl() })
  await expect(open('/v1/groups/g/topics/NoSuchTopic')).rejects.toThrow('HTTP 404')
})

test('a request that offers another protocol is served as if it had not', async () => {
  await topicWithConsumer('SocketOffer')
  const headers = {
    connection: 'Upgrade, HTTP2-Settings',
    upgrade: 'h2c',
    'http2-settings': 'AAMAAABkAAQAAP__',
    'content-type': 'application/json',
  }
  const request = httpRequest(`${server.httpUrl()}/v1/topics/SocketOffer/messages`, { method: 'POST', headers })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject)
  })
  request.end(JSON.stringify({ body: 'x'.repeat(100_000) }))
  const response = await answered
  expect(response.statusCode).toBe(201)
  response.resume()
})
