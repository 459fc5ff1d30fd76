import { httpClient, httpConsumer } from './support/http-client'
import { useStandaloneProxy } from './support/standalone-proxy'

const server = useStandaloneProxy()
const http = httpClient(server.httpUrl)
const HEADER_BYTES = 40 * 1024

async function limits(): Promise<Readonly<Record<string, number>>> {
  const { status, json } = await http.get('/v1/limits')
  expect(status).toBe(200)
  return json as Readonly<Record<string, number>>
}

test('as many messages as /v1/limits says go into one request, and are received in one, and not one more', async () => {
  await server.createTopic('Counted', 'NORMAL')
  const consumer = httpConsumer(server.httpUrl, 'Counted')
  await consumer.begin()
  const { batchMessagesMax = 0, receiveMessagesMax = 0 } = await limits()
  const send = async (count: number): Promise<number> => {
    const messages = Array.from({ length: count }, (_, index) => ({ body: `${index}` }))
    return (await http.post('/v1/topics/Counted/messages', { messages })).status
  }
  expect([batchMessagesMax > 1, await send(batchMessagesMax), await send(batchMessagesMax + 1)]).toEqual([
    true,
    201,
    400,
  ])
  const tooMany = await http.post(`${consumer.path}/receive`, { max: receiveMessagesMax + 1 })
  expect([tooMany.status, receiveMessagesMax > 1]).toEqual([400, true])
  const received = await consumer.receiveAll(batchMessagesMax, { max: receiveMessagesMax })
  expect(new Set(received.map(({ body }) => body)).size).toBe(batchMessagesMax)
  expect((await consumer.acknowledge(received)).status).toBe(204)
})

test('a body is as large as /v1/limits says', async () => {
  await server.createTopic('Sized', 'NORMAL')
  const { messageBodyBytesMax = 0 } = await limits()
  const send = async (bytes: number): Promise<number> => {
    const raw = { 'content-type': 'application/octet-stream' }
    return (await http.post('/v1/topics/Sized/messages', new Uint8Array(bytes), raw)).status
  }
  expect(await send(messageBodyBytesMax)).toBe(201)
  expect(await send(messageBodyBytesMax + 1)).toBe(413)
})

test('of handles the good ones count, and each of the others is told what is wrong with it', async () => {
  await server.createTopic('Mixed', 'NORMAL')
  const consumer = httpConsumer(server.httpUrl, 'Mixed')
  await consumer.begin()
  await http.post('/v1/topics/Mixed/messages', { messages: [{ body: 'a' }, { body: 'b' }] })
  const received = await consumer.receiveAll(2, { invisible: '10s' })
  const [first = '', second = ''] = received.map(({ receiptHandle }) => receiptHandle)
  const { status, json } = await http.post(`${consumer.path}/acks`, { receiptHandles: [first, 'garbage', second] })
  expect(status).toBe(207)
  expect(json?.['results']).toEqual([
    { receiptHandle: first },
    { receiptHandle: 'garbage', problem: expect.objectContaining({ status: 410 }) as object },
    { receiptHandle: second },
  ])
})

test('headers that are too large are refused with 431, and cost no more than their connection', async () => {
  const { status } = await http.get('/v1/limits', { 'x-large': 'x'.repeat(HEADER_BYTES) })
  expect(status).toBe(431)
  await limits()
})
