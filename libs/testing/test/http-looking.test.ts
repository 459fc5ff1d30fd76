import { httpClient, httpConsumer } from './support/http-client'
import { useStandaloneProxy } from './support/standalone-proxy'

const server = useStandaloneProxy()
const http = httpClient(server.httpUrl)

interface Place {
  readonly messageId: string
  readonly brokerName: string
  readonly queueId: number
  readonly offset: string
}

async function topicWithMessages(topic: string, bodies: readonly string[]): Promise<readonly Place[]> {
  await http.put(`/v1/topics/${topic}`, { queues: 1 })
  const messages = bodies.map(body => ({ body, keys: [`key-${body}`, 'all'] }))
  const { json } = await http.post(`/v1/topics/${topic}/messages`, { messages })
  return json?.['results'] as readonly Place[]
}

test('a queue is read from end to end without consuming anything', async () => {
  const bodies = ['a', 'b', 'c', 'd', 'e']
  const [{ brokerName }] = (await topicWithMessages('LookQueue', bodies)) as [Place]
  const { json } = await http.get('/v1/topics/LookQueue/queues')
  expect(json).toEqual({ queues: [{ brokerName, queueId: 0, minOffset: '0', maxOffset: '5' }] })
  const read: unknown[] = []
  for (let next = '0'; next !== '5';) {
    const page = await http.get(`/v1/topics/LookQueue/queues/${brokerName}/0/messages?from=${next}&limit=2`)
    read.push(...(page.json?.['messages'] as { body: string }[]).map(({ body }) => body))
    next = page.json?.['next'] as string
  }
  expect(read).toEqual(bodies)
  expect((await http.get('/v1/topics/LookQueue/queues/nobody/0/messages')).status).toBe(404)
  expect((await http.get(`/v1/topics/LookQueue/queues/${brokerName}/9/messages`)).status).toBe(404)
})

test('messages are found by id and by key', async () => {
  const [, second] = (await topicWithMessages('LookFind', ['x', 'y'])) as [Place, Place]
  const find = async (query: string): Promise<readonly { body: string }[]> =>
    (await http.get(`/v1/messages?topic=LookFind&${query}`)).json?.['messages'] as { body: string }[]
  while ((await find('key=all')).length < 2); // the index follows the log
  expect(await find('key=key-x')).toMatchObject([{ body: 'x' }])
  expect(await find(`id=${second.messageId}`)).toMatchObject([{ body: 'y', messageId: second.messageId }])
  expect(await find('key=nobody')).toEqual([])
  expect((await http.get('/v1/messages?topic=LookFind')).status).toBe(400)
})

test('the offset of a group is committed, and known from then on', async () => {
  const [{ brokerName }] = (await topicWithMessages('LookOffsets', ['1', '2', '3'])) as [Place]
  await http.put('/v1/groups/LookGroup', {})
  const path = `/v1/groups/LookGroup/offsets/LookOffsets/${brokerName}/0`
  expect((await http.get(path)).status).toBe(404)
  expect((await http.put(path, { offset: '2' })).status).toBe(200)
  expect((await http.get(path)).json).toEqual({ offset: '2' })
  expect((await http.put(path, { offset: '-1' })).status).toBe(400)
})

test('a group goes back to the oldest message, to a time, and on to the newest', async () => {
  await http.put('/v1/topics/LookBack', { queues: 1 })
  await http.put('/v1/groups/group-of-LookBack', {})
  const consumer = httpConsumer(server.httpUrl, 'LookBack')
  await consumer.begin()
  await http.post('/v1/topics/LookBack/messages', { body: 'old' })
  const [old] = await consumer.receiveAll(1)
  await consumer.acknowledge([old!])
  const reset = (where: object) =>
    http.post('/v1/groups/group-of-LookBack/offsets:reset', { topic: 'LookBack', ...where })

  expect((await reset({ to: 'earliest' })).json).toEqual({
    queues: [{ brokerName: 'broker-a', queueId: 0, offset: '0' }],
  })
  expect(await consumer.receiveAll(1)).toMatchObject([{ body: 'old' }])
  expect((await reset({ to: 'latest' })).json).toMatchObject({ queues: [{ offset: '1' }] })
  await http.post('/v1/topics/LookBack/messages', { body: 'new' })
  expect(await consumer.receiveAll(1)).toMatchObject([{ body: 'new' }])
  expect((await reset({ time: '2020-01-01T00:00:00Z' })).json).toMatchObject({ queues: [{ offset: '0' }] })
  expect((await reset({ to: 'earliest', time: '2020-01-01T00:00:00Z' })).status).toBe(400)
  expect((await reset({})).status).toBe(400)
})
