import { status as grpcStatus } from '@grpc/grpc-js'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import { authenticatorOf, basic, userOf } from '../authentication/users'
import { useGrpcFaces } from '../support/grpc-face'

const faces = useGrpcFaces()
const users = [userOf('alice', { secret: 'rocketmqSecret' })]
const dateTime = '20260101T000000Z'
const signature = '8A5A3D47F863EDAF0B7CE43E44D372A5FD948E28'
const common = { 'x-mq-client-id': 'client', 'x-mq-date-time': dateTime }
const signed = {
  ...common,
  authorization: `MQv2-HMAC-SHA1 Credential=alice, SignedHeaders=x-mq-date-time, Signature=${signature}`,
}
const wrong = { ...signed, authorization: signed.authorization.replace('8A5A', '8A5B') }

async function guarded(whitelist: readonly string[] = []) {
  const { face, broker } = await faces.face({}, { authenticator: authenticatorOf(users, {}, whitelist) })
  broker.topics.set('T', {})
  return { client: faces.client(face.address), broker }
}

const route = {
  topic: { name: 'T' },
  endpoints: { scheme: v2.AddressScheme.IPv4, addresses: [{ host: '127.0.0.1', port: 8081 }] },
}

test('a call that is signed is served', async () => {
  const { client } = await guarded()
  expect((await client.call('QueryRoute', route, signed)).status?.code).toBe(v2.Code.OK)
  expect(
    (await client.call('QueryRoute', route, { ...common, authorization: basic('alice', 'rocketmqSecret') })).status
      ?.code,
  ).toBe(v2.Code.OK)
})

test.each([
  ['with a wrong signature', wrong],
  ['without one', common],
])('a call %s is answered UNAUTHORIZED, and nothing is asked of brokers', async (_name, headers) => {
  const { client, broker } = await guarded()
  expect((await client.call('QueryRoute', route, headers)).status?.code).toBe(v2.Code.UNAUTHORIZED)
  expect(broker.asked).toEqual([])
})

test('so is one that is answered by a stream, and Telemetry', async () => {
  const { client } = await guarded()
  const receive = { group: { name: 'g' }, messageQueue: { topic: { name: 'T' }, id: -1 }, batchSize: 1 }
  const elements = await client.stream('ReceiveMessage', receive, { headers: common })
  expect(elements.map(({ status }) => status?.code)).toEqual([v2.Code.UNAUTHORIZED])
  const telemetry = client.telemetry(common)
  const command = await new Promise<v2.TelemetryCommand>(resolve => telemetry.once('data', resolve))
  expect(command.status?.code).toBe(v2.Code.UNAUTHORIZED)
  const { code } = await new Promise<{ code: number }>(resolve => telemetry.once('status', resolve))
  expect(code).toBe(grpcStatus.OK)
})

test('what the whitelist names needs no user', async () => {
  const { client } = await guarded(['apache.rocketmq.v2.QueryRouteRequest'])
  expect((await client.call('QueryRoute', route, common)).status?.code).toBe(v2.Code.OK)
})
