import { httpClient, httpConsumer } from './support/http-client'
import { useStandaloneProxy } from './support/standalone-proxy'

const OFTEN = { transactionCheckInterval: 300, transactionTimeOut: 0, transactionCheckMax: 1_000_000 }
const server = useStandaloneProxy(OFTEN)
const http = httpClient(server.httpUrl)

interface Check {
  readonly transactionId: string
  readonly message: { readonly body: string }
}

async function nextCheck(path: string): Promise<Check> {
  for (;;) {
    const { json, status } = await http.get(`${path}/transactions/checks?wait=20s&max=1`)
    expect(status).toBe(200)
    const [check] = json?.['checks'] as readonly Check[]
    if (check !== undefined) return check
  }
}

test('a producer that forgot a transaction is asked until it decides, and what it decided stays', async () => {
  const path = '/v1/topics/HttpChecked'
  expect((await http.put(path, { type: 'TRANSACTION' })).status).toBe(200)
  const consumer = httpConsumer(server.httpUrl, 'HttpChecked')
  await consumer.begin()
  expect((await http.post(`${path}/transactions`, { body: 'forgotten' })).status).toBe(201)
  const resolve = ({ transactionId }: Check, resolution: string) =>
    http.put(`${path}/transactions/${transactionId}`, { resolution, isChecked: true })

  const first = await nextCheck(path)
  expect(first.message.body).toBe('forgotten')
  expect((await resolve(first, 'unknown')).status).toBe(204)
  const second = await nextCheck(path)
  expect(second.message.body).toBe('forgotten')
  expect((await resolve(second, 'commit')).status).toBe(204)
  expect((await resolve(second, 'commit')).status).toBe(204)
  const late = await resolve(second, 'rollback')
  expect(late.status).toBe(409)
  expect(late.json?.['detail']).toMatch('committed')

  const received = await consumer.receiveAll(1)
  expect(received).toMatchObject([{ body: 'forgotten' }])
  await consumer.acknowledge(received)
  expect(await consumer.receive()).toEqual([])
})

test('the transactions of one topic are not ended by way of another', async () => {
  await http.put('/v1/topics/HttpCheckedToo', { type: 'TRANSACTION' })
  const { json } = await http.post('/v1/topics/HttpCheckedToo/transactions', { body: 'mine' })
  const id = json?.['transactionId'] as string
  const ended = await http.put(`/v1/topics/HttpChecked/transactions/${id}`, { resolution: 'commit' })
  expect(ended.status).toBe(400)
  expect((await http.get('/v1/topics/NobodyHasIt/transactions/checks')).status).toBe(404)
})
