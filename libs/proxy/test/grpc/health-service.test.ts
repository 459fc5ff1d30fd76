import { once } from 'node:events'
import { Client, credentials } from '@grpc/grpc-js'
import { health, healthService } from '@rocketmq-ts/protocol/grpc'
import { useGrpcFaces } from '../support/grpc-face'

const faces = useGrpcFaces()
const { NOT_SERVING, SERVICE_UNKNOWN, SERVING } = health.HealthCheckResponse.ServingStatus

const clients: Client[] = []
afterEach(() => {
  for (const client of clients.splice(0)) client.close()
})

function clientOf(address: string): Client {
  const client = new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 })
  clients.push(client)
  return client
}

function check(client: Client, service: string): Promise<number | undefined> {
  const { path, requestSerialize, responseDeserialize } = healthService.Check
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, { service }, (error, answer) => {
      if (error === null) resolve(answer?.status)
      else reject(error)
    })
  })
}

test('the server as a whole and its service are serving, others are not found; nobody has to say who asks', async () => {
  const { face } = await faces.face()
  const client = clientOf(face.address)
  expect(await check(client, '')).toBe(SERVING)
  expect(await check(client, 'apache.rocketmq.v2.MessagingService')).toBe(SERVING)
  await expect(check(client, 'elsewhere.Service')).rejects.toThrow('NOT_FOUND')
})

test('who watches is told when the server stops, and the stream ends', async () => {
  const { face, stop } = await faces.face()
  const client = clientOf(face.address)
  const { path, requestSerialize, responseDeserialize } = healthService.Watch
  const watch = (service: string) =>
    client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { service })
  const [whole, unknown] = [watch(''), watch('elsewhere.Service')]
  const seen: unknown[][] = [[], []]
  for (const [index, call] of [whole, unknown].entries()) {
    call.on('data', ({ status }: health.HealthCheckResponse) => seen[index]!.push(status))
  }
  await Promise.all([once(whole, 'data'), once(unknown, 'data')])
  const ended = Promise.all([once(whole, 'end'), once(unknown, 'end')])
  await Promise.all([stop(), ended])
  expect(seen).toEqual([[SERVING, NOT_SERVING], [SERVICE_UNKNOWN]])
})
