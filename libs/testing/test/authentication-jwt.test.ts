import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import { RawGrpcClient } from '@rocketmq-ts/testing'
import { EventSourceOfTest } from './support/event-source'
import { httpClient } from './support/http-client'
import { useStandaloneProxy } from './support/standalone-proxy'
import { WebSocketOfTest } from './support/web-socket'

const secret = 'the secret of the issuer, of 32 bytes'
const rules = { iss: 'https://id.example', aud: 'rocketmq' }
let secretFile = ''
const server = useStandaloneProxy({}, home => {
  secretFile = path.join(home, 'conf', 'jwt-secret')
  writeFileSync(secretFile, secret)
  return Promise.resolve({
    ...{ authenticationEnabled: true, authenticationJwtSecretFile: secretFile },
    ...{ authenticationJwtIssuer: rules.iss, authenticationJwtAudience: rules.aud },
  })
})
const http = httpClient(server.httpUrl)
const clients: RawGrpcClient[] = []

afterEach(() => {
  for (const client of clients.splice(0)) client.close()
})

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Of Carol, for five minutes. */
function bearer(more: object = {}, signedWith = secret): string {
  const exp = Math.floor(Date.now() / 1000) + 300
  const signed = `${part({ alg: 'HS256' })}.${part({ ...rules, sub: 'carol', exp, ...more })}`
  return `Bearer ${signed}.${createHmac('sha256', signedWith).update(signed).digest('base64url')}`
}

const long = Math.floor(Date.now() / 1000) - 3600
const refused: readonly (readonly [string, () => string])[] = [
  ['of another issuer', () => bearer({ iss: 'https://elsewhere.example' })],
  ['for another service', () => bearer({ aud: 'mail' })],
  ['that has expired', () => bearer({ exp: long })],
  ['signed with another secret', () => bearer({}, 'another secret, which has 32 bytes, too')],
  ['that is none', () => 'Bearer e.e.e'],
]

function grpc(authorization: string): RawGrpcClient {
  const client = new RawGrpcClient(server.endpoints(), { 'x-mq-client-id': 'of-carol', authorization })
  clients.push(client)
  return client
}

const topic = { name: 'Signed' }
const messages = [
  {
    ...{ topic, body: Buffer.from('of Carol') },
    systemProperties: { messageId: '01'.padEnd(34, '0'), messageType: v2.MessageType.NORMAL },
  },
]

/** Of its queues. */
function ends(): Promise<readonly number[]> {
  return Promise.all([0, 1, 2, 3].map(queueId => server.remoting.maxOffset(server.broker(), topic.name, queueId)))
}

test('by gRPC a user of the issuer asks for routes and sends', async () => {
  await server.createTopic('Signed', 'NORMAL')
  const client = grpc(bearer())
  const [route] = await client.call('QueryRoute', { topic, endpoints: null })
  expect(route?.status?.code).toBe(v2.Code.OK)
  const [sent] = await client.call('SendMessage', { messages })
  expect(sent?.status?.code).toBe(v2.Code.OK)
  const settings = { clientType: v2.ClientType.PRODUCER, publishing: { topics: [topic] } }
  expect((await client.connect({ settings })).settings).toBeTruthy()
})

test.each(refused)('by gRPC a token %s is UNAUTHORIZED, and nothing is sent', async (_name, token) => {
  await server.createTopic('Signed', 'NORMAL')
  const before = await ends()
  const [sent] = await grpc(token()).call('SendMessage', { messages })
  expect(sent?.status?.code).toBe(v2.Code.UNAUTHORIZED)
  expect(await ends()).toEqual(before)
})

test.each(refused)('a WebSocket with a token %s is closed with 4401, and HTTP says 401', async (_name, token) => {
  const authorization = token()
  expect((await http.get('/v1/topics', { authorization })).status).toBe(401)
  const socket = await WebSocketOfTest.open(`${server.httpUrl()}/v1/groups/g/topics/Signed/ws`, { authorization })
  await socket.closed
  expect(socket.closeCode).toBe(4401)
})

/** The last one: nobody is known by the first secret any more. */
test('when the secret changes, streams, sockets and Telemetry of those end whom only the old one knew', async () => {
  await server.createTopic('Changing', 'NORMAL')
  const url = `${server.httpUrl()}/v1/groups/g/topics/Changing`
  const socket = await WebSocketOfTest.open(`${url}/ws`, { authorization: bearer() })
  socket.say({ op: 'send', message: { body: 'while it is known' } })
  expect(await socket.next('result')).toMatchObject({ brokerName: 'broker-a' })
  const stream = await EventSourceOfTest.open(`${url}/stream`, { authorization: bearer() })
  expect(stream.response.status).toBe(200)
  const client = grpc(bearer())
  await client.connect({ settings: { clientType: v2.ClientType.PRODUCER, publishing: { topics: [topic] } } })

  const newSecret = 'the next secret of the issuer, of 32 bytes'
  writeFileSync(secretFile, newSecret)
  await Promise.all([socket.closed, stream.ended])
  expect(await client.restOfTelemetry()).toMatchObject([{ status: { code: v2.Code.UNAUTHORIZED } }])
  expect(socket.closeCode).toBe(4401)
  expect((await http.get('/v1/topics', { authorization: bearer() })).status).toBe(401)
  expect((await http.get('/v1/topics', { authorization: bearer({}, newSecret) })).status).toBe(200)
})
