import { once } from 'node:events'
import { RemotingResponse, RequestCode } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import { useGrpcFaces } from '../support/grpc-face'

const faces = useGrpcFaces()
const message = { topic: { name: 'T' }, body: Buffer.from('x'), systemProperties: { messageId: 'ID' } }

test('at a stop clients are told to connect anew, and their Telemetry stream ends well', async () => {
  const { face, stop } = await faces.face()
  const telemetry = faces.client(face.address).telemetry()
  const commands: v2.TelemetryCommand[] = []
  telemetry.on('data', (command: v2.TelemetryCommand) => commands.push(command))
  telemetry.write({ settings: { clientType: v2.ClientType.PRODUCER, publishing: { topics: [] } } })
  await once(telemetry, 'data')
  const ended = once(telemetry, 'status') as Promise<[{ code: number }]>
  await stop()
  const [status] = await ended
  expect(status.code).toBe(0)
  expect(
    commands.map(({ settings, reconnectEndpointsCommand }) => [settings != null, reconnectEndpointsCommand != null]),
  ).toEqual([
    [true, false],
    [false, true],
  ])
})

test('a send that is under way at a stop is answered with what came of it', async () => {
  const { face, broker, stop } = await faces.face()
  broker.topics.set('T', {})
  let answer: (response: RemotingResponse) => void = () => undefined
  const asked = new Promise<void>(resolve => {
    broker.answers.set(RequestCode.SEND_MESSAGE_V2, () => {
      resolve()
      return new Promise(answered => (answer = answered))
    })
  })
  const sent = faces.client(face.address).call('SendMessage', { messages: [message] })
  await asked
  const stopped = stop()
  answer(RemotingResponse.success({ queueId: '0', queueOffset: '7', msgId: '' }))
  const { status, entries } = await sent
  expect([status?.code, entries[0]?.offset]).toEqual([v2.Code.OK, 7])
  await stopped
})

test('a wait for messages does not hold up a stop', async () => {
  const { face, broker, stop } = await faces.face()
  broker.topics.set('T', {})
  const asked = new Promise<void>(resolve => {
    broker.answers.set(RequestCode.POP_MESSAGE, () => {
      resolve()
      return new Promise(() => undefined)
    })
  })
  const received = faces.client(face.address).stream('ReceiveMessage', {
    ...{ group: { name: 'G' }, messageQueue: { topic: { name: 'T' } }, batchSize: 1 },
    ...{ invisibleDuration: { seconds: 10 }, longPollingTimeout: { seconds: 20 } },
  })
  await asked
  await stop()
  expect((await received).map(({ status }) => status?.code)).toEqual([v2.Code.PROXY_TIMEOUT])
})
