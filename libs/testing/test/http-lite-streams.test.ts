import { EventSourceOfTest } from './support/event-source'
import { httpClient } from './support/http-client'
import { useStandaloneProxy } from './support/standalone-proxy'
import { WebSocketOfTest } from './support/web-socket'

const server = useStandaloneProxy({ enableLmq: 'true', enableMultiDispatch: 'true' })
const http = httpClient(server.httpUrl)
const opened: { close(): void }[] = []

afterEach(() => {
  for (const one of opened.splice(0)) one.close()
})

async function subscribed(topic: string, clients: Readonly<Record<string, readonly string[]>>): Promise<string> {
  const group = `readers-of-${topic}`
  expect((await http.put(`/v1/topics/${topic}`, { type: 'LITE' })).json).toMatchObject({ type: 'LITE' })
  expect((await http.put(`/v1/groups/${group}`, { liteTopicsOf: topic })).json).toMatchObject({ group })
  for (const [clientId, liteTopics] of Object.entries(clients)) {
    const { status } = await http.put(`/v1/groups/${group}/lite-subscriptions`, { topic, clientId, liteTopics })
    expect(status).toBeLessThan(300)
  }
  return `/v1/groups/${group}/topics/${topic}`
}

async function send(topic: string, liteTopic: string, body: string): Promise<void> {
  expect((await http.post(`/v1/topics/${topic}/messages`, { body, liteTopic })).status).toBe(201)
}

async function stream(path: string, query: string): Promise<EventSourceOfTest> {
  const events = await EventSourceOfTest.open(`${server.httpUrl()}${path}/stream${query}`)
  opened.push(events)
  return events
}

async function socket(path: string): Promise<WebSocketOfTest> {
  const one = await WebSocketOfTest.open(`${server.httpUrl()}${path}/ws`)
  opened.push(one)
  return one
}

test('a stream brings what its client has subscribed to, and a socket what its own has', async () => {
  const path = await subscribed('Rooms', { anna: ['red', 'green'], bert: ['blue'] })
  const ofAnna = await stream(path, '?clientId=anna')
  const ofBert = await socket(path)
  ofBert.say({ op: 'subscribe', credit: 8, clientId: 'bert' })
  await ofBert.next('result')
  for (const color of ['red', 'blue', 'green']) await send('Rooms', color, `of ${color}`)

  const events = await ofAnna.take(2)
  const got = events.map(({ data }) => [data['liteTopic'], data['body']]).sort()
  expect(got).toEqual([
    ['green', 'of green'],
    ['red', 'of red'],
  ])
  const { message } = (await ofBert.next('message')) as { message: Record<string, unknown> }
  expect(message).toMatchObject({ topic: 'Rooms', liteTopic: 'blue', body: 'of blue' })

  const acknowledged = await http.post(`${path}/acks`, { receiptHandles: events.map(({ id }) => id) })
  expect(acknowledged.status).toBe(204)
  ofBert.say({ op: 'ack', ref: 1, receiptHandles: [message['receiptHandle']] })
  expect(await ofBert.next('result')).toEqual({ op: 'result', ref: 1 })
  expect([ofAnna.events, ofBert.frames]).toEqual([[], []])
})

test('what a stream that ends has not acknowledged comes again', async () => {
  const path = await subscribed('Left', { carol: ['behind'] })
  const first = await stream(path, '?clientId=carol&invisible=12h')
  await send('Left', 'behind', 'once more')
  await first.take(1)
  first.close()
  const second = await stream(path, '?clientId=carol')
  const [event] = await second.take(1)
  expect(event?.data).toMatchObject({ liteTopic: 'behind', body: 'once more', deliveryAttempt: 2 })
})

test('of a lite group nobody gets anything who does not say who it is', async () => {
  const path = await subscribed('Nameless', { dora: ['x'] })
  const events = await stream(path, '')
  const [problem] = await events.take(1, 'problem')
  expect(problem?.data).toMatchObject({ status: 400 })
  expect(String(problem?.data['detail'])).toMatch(/client/)
  await events.ended
  const frames = await socket(path)
  frames.say({ op: 'subscribe', credit: 1 })
  expect(await frames.next('error')).toMatchObject({ problem: { status: 400 } })
})
