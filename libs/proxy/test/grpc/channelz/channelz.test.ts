import { once } from 'node:events'
import { Client, credentials, status } from '@grpc/grpc-js'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import { channelzService } from '@rocketmq-ts/protocol/grpc/channelz'
import type { ChannelzMethodName } from '@rocketmq-ts/protocol/grpc/channelz'
import { until } from '../../shared-state/until'
import { useGrpcFaces } from '../../support/grpc-face'

const faces = useGrpcFaces()
const clients: Client[] = []
afterEach(() => {
  for (const client of clients.splice(0)) client.close()
})

type Codec<Name extends ChannelzMethodName> = (typeof channelzService)[Name]
type Question<Name extends ChannelzMethodName> = Parameters<Codec<Name>['requestSerialize']>[0]
type Answer<Name extends ChannelzMethodName> = ReturnType<Codec<Name>['responseDeserialize']>

/** Whoever looks has a connection of its own, which is counted too. */
function watcherOf(address: string) {
  const client = new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 })
  clients.push(client)
  return <Name extends ChannelzMethodName>(name: Name, request: Question<Name>): Promise<Answer<Name>> => {
    const { path, requestSerialize, responseDeserialize } = channelzService[name]
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        path,
        requestSerialize as (value: unknown) => Buffer,
        responseDeserialize as (bytes: Buffer) => Answer<Name>,
        request,
        (error, answer) => (error === null ? resolve(answer as Answer<Name>) : reject(error)),
      )
    })
  }
}

const topic = { name: 'T' }

test('calls are counted by how they ended, whoever serves them', async () => {
  const { face, broker } = await faces.face()
  broker.topics.set('T', {})
  const client = faces.client(face.address)
  await client.call('QueryRoute', { topic })
  await client.call('QueryRoute', { topic: { name: 'U' } }) // refused by its answer: the call is a good one
  const telemetry = client.telemetry()
  telemetry.write({ settings: { userAgent: { language: v2.Language.NODE_JS }, publishing: { topics: [topic] } } })
  await once(telemetry, 'data')
  const watch = watcherOf(face.address)
  const { server } = await watch('GetServer', { serverId: 1 })
  expect(server?.data).toMatchObject({ callsStarted: 4, callsSucceeded: 2, callsFailed: 0 }) // two go on: it is the fourth
  expect(server?.data?.lastCallStartedTimestamp?.seconds).toBeGreaterThan(0)
  telemetry.cancel()
  const failed = async (): Promise<number | null> =>
    (await watch('GetServers', {})).server[0]?.data?.callsFailed || null
  expect(await until(failed)).toBe(1)
})

test('of a connection it is said who is there, its calls and its messages', async () => {
  const { face, broker } = await faces.face()
  broker.topics.set('T', {})
  const client = faces.client(face.address)
  await client.call('QueryRoute', { topic })
  const telemetry = client.telemetry()
  telemetry.write({ settings: { userAgent: { language: v2.Language.NODE_JS }, publishing: { topics: [topic] } } })
  await once(telemetry, 'data')
  const watch = watcherOf(face.address)
  const { socketRef, end } = await watch('GetServerSockets', { serverId: 1 })
  expect({ count: socketRef.length, end }).toEqual({ count: 2, end: true })
  const { socketId } = socketRef[0]!
  const { socket } = await watch('GetSocket', { socketId: socketId! })
  const port = Number(face.address.split(':')[1])
  expect(socket).toMatchObject({
    data: { streamsStarted: 2, streamsSucceeded: 1, streamsFailed: 0, messagesSent: 2, messagesReceived: 2 },
    local: { tcpipAddress: { ipAddress: Buffer.from([127, 0, 0, 1]), port } },
    remote: { tcpipAddress: { ipAddress: Buffer.from([127, 0, 0, 1]) } },
  })
  telemetry.end()
})

test('connections are listed page by page, and the port by itself', async () => {
  const { face } = await faces.face()
  const [watch, other] = [watcherOf(face.address), watcherOf(face.address)]
  await other('GetTopChannels', {})
  const first = await watch('GetServerSockets', { serverId: 1, maxResults: 1 })
  expect({ count: first.socketRef.length, end: first.end }).toEqual({ count: 1, end: false })
  const startSocketId = first.socketRef[0]!.socketId! + 1
  const second = await watch('GetServerSockets', { serverId: 1, startSocketId, maxResults: 1 })
  expect({ count: second.socketRef.length, end: second.end }).toEqual({ count: 1, end: true })
  const { server } = await watch('GetServer', { serverId: 1 })
  const [port] = server?.listenSocket ?? []
  expect((await watch('GetSocket', { socketId: port!.socketId! })).socket?.ref?.name).toBe(face.address)
})

test('what is not there is not found', async () => {
  const { face } = await faces.face()
  const watch = watcherOf(face.address)
  const questions = [
    watch('GetServer', { serverId: 7 }),
    watch('GetServerSockets', { serverId: 7 }),
    watch('GetSocket', { socketId: 1_000_000 }),
    watch('GetChannel', { channelId: 1 }),
    watch('GetSubchannel', { subchannelId: 1 }),
  ]
  for (const question of questions) await expect(question).rejects.toMatchObject({ code: status.NOT_FOUND })
  expect((await watch('GetTopChannels', {})).end).toBe(true)
})

test('who may not administer may not look', async () => {
  const { face } = await faces.face({ grpcAdminAccess: 'nobody' })
  const refusal = await watcherOf(face.address)('GetServers', {}).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: status.PERMISSION_DENIED })
})
