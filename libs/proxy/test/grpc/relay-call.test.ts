import { once } from 'node:events'
import { FakeClock } from '@rocketmq-ts/base/testing'
import {
  consumeMessageDirectlyResultJson,
  consumerRunningInfoJson,
  RemotingCommand,
  RequestCode,
  ResponseCode,
} from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import { ClientDidNotAnswerError, ClientQuestions } from '../../src/settings/client-questions'
import { useGrpcFaces } from '../support/grpc-face'
import type { Telemetry, TestedFace } from '../support/grpc-face'
import { storedRecord } from '../support/stored-record'

const faces = useGrpcFaces()
const { Code } = v2

const consumer: v2.Settings.$Properties = {
  clientType: v2.ClientType.PUSH_CONSUMER,
  subscription: {
    group: { name: 'G' },
    subscriptions: [{ topic: { name: 'T' }, expression: { type: v2.FilterType.TAG, expression: 'a||b' } }],
  },
  userAgent: { language: v2.Language.GOLANG, version: '5.1.4', platform: 'linux', hostname: 'pod-1' },
}

interface Consumer {
  readonly telemetry: Telemetry
  readonly nextCommand: () => Promise<v2.TelemetryCommand>
  /** As a broker does it for an administrator. */
  readonly ask: (code: number, fields: Record<string, string>, body?: Buffer) => Promise<IncomingCommand>
}

async function connected({ face, broker }: TestedFace): Promise<Consumer> {
  const telemetry = faces.client(face.address).telemetry()
  const nextCommand = async (): Promise<v2.TelemetryCommand> =>
    ((await once(telemetry, 'data')) as [v2.TelemetryCommand])[0]
  telemetry.write({ settings: consumer })
  await nextCommand()
  const connection = broker.connections.at(-1)! // its own, made for its first heartbeat
  const ask: Consumer['ask'] = (code, fields, body) =>
    connection.invoke(RemotingCommand.request(code, fields, body ?? null), 10_000)
  return { telemetry, nextCommand, ask }
}

const whom = { consumerGroup: 'G', clientId: 'client' }

test('a gRPC client is asked for its threads by its stream, and the answer goes back to the broker that asks', async () => {
  const { telemetry, nextCommand, ask } = await connected(await faces.face())
  const asked = ask(RequestCode.GET_CONSUMER_RUNNING_INFO, { ...whom, jstackEnable: 'true' })
  const { printThreadStackTraceCommand } = await nextCommand()
  const nonce = printThreadStackTraceCommand?.nonce ?? ''
  telemetry.write({ status: { code: Code.OK }, threadStackTrace: { nonce: 'not it', threadStackTrace: 'of another' } })
  telemetry.write({ status: { code: Code.OK }, threadStackTrace: { nonce, threadStackTrace: 'at main' } })
  const info = consumerRunningInfoJson.decode((await asked).body)
  expect(info.jstack).toBe('at main')
  expect(Object.fromEntries(info.properties)).toMatchObject({
    PROP_CONSUME_TYPE: 'CONSUME_PASSIVELY',
    PROP_CONSUMEORDERLY: 'false',
    PROP_CLIENT_VERSION: '5.1.4',
    hostname: 'pod-1',
    language: 'GOLANG',
  })
  expect(info.subscriptionSet).toMatchObject([{ topic: 'T', subString: 'a||b', tagsSet: ['a', 'b'] }])
})

test('without threads a client need not be asked: the proxy knows what it subscribes to', async () => {
  const { ask } = await connected(await faces.face())
  const { code, body } = await ask(RequestCode.GET_CONSUMER_RUNNING_INFO, whom)
  expect([code, consumerRunningInfoJson.decode(body).jstack]).toEqual([ResponseCode.SUCCESS, null])
})

const outcomes: [string, v2.TelemetryCommand.$Properties, string][] = [
  ['consumed', { status: { code: Code.OK } }, 'CR_SUCCESS'],
  ['failed', { status: { code: Code.FAILED_TO_CONSUME_MESSAGE } }, 'CR_LATER'],
  ['corrupted', { status: { code: Code.MESSAGE_CORRUPTED } }, 'CR_RETURN_NULL'],
  ['not able to', { status: { code: Code.NOT_IMPLEMENTED, message: 'cannot' } }, 'CR_THROW_EXCEPTION'],
]

test.each(outcomes)('a message handed to a client is %s, and the administrator hears so', async (_, answer, result) => {
  const { telemetry, nextCommand, ask } = await connected(await faces.face())
  const record = storedRecord({ topic: 'T', body: 'hello', properties: { UNIQ_KEY: 'ID' } })
  const asked = ask(RequestCode.CONSUME_MESSAGE_DIRECTLY, { ...whom, msgId: 'x' }, record)
  const { verifyMessageCommand } = await nextCommand()
  const message = verifyMessageCommand?.message
  expect([message?.systemProperties?.messageId, Buffer.from(message?.body ?? '').toString()]).toEqual(['ID', 'hello'])
  const nonce = verifyMessageCommand?.nonce ?? ''
  // Node's client answers with the question.
  const member =
    result === 'CR_THROW_EXCEPTION' ? { verifyMessageCommand: { nonce } } : { verifyMessageResult: { nonce } }
  telemetry.write({ ...answer, ...member })
  const { consumeResult, remark } = consumeMessageDirectlyResultJson.decode((await asked).body)
  expect([consumeResult, remark]).toEqual([result, answer.status?.message ?? ''])
})

test('what a gRPC client has no words for is refused, and so is one that has no stream', async () => {
  const { telemetry, ask } = await connected(await faces.face())
  const unknown = await ask(RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT, whom)
  expect(unknown.code).toBe(ResponseCode.REQUEST_CODE_NOT_SUPPORTED)
  telemetry.end()
  await once(telemetry, 'end')
  const gone = await ask(RequestCode.GET_CONSUMER_RUNNING_INFO, { ...whom, jstackEnable: 'true' })
  expect([gone.code, gone.remark]).toEqual([
    ResponseCode.CONSUMER_NOT_ONLINE,
    'client client has no Telemetry stream at this proxy: see whether it runs',
  ])
})

test('a client that does not answer in time did not, and an answer that comes later is nobody’s', async () => {
  const clock = new FakeClock()
  const questions = new ClientQuestions({ grpcProxyRelayRequestTimeoutInSeconds: 5 }, { clock })
  const client = { clientId: 'client', sendCommand: () => true }
  let nonce = ''
  const asked = questions.ask(client, given => ({ printThreadStackTraceCommand: { nonce: (nonce = given) } }))
  const failed = expect(asked).rejects.toThrow(ClientDidNotAnswerError)
  questions.onAnswer('another', v2.TelemetryCommand.decode(answerTo(nonce))) // who is not the one that was asked
  clock.advance(5000)
  await failed
  questions.onAnswer('client', v2.TelemetryCommand.decode(answerTo(nonce)))
})

test('questions that wait are limited, and answers make room', async () => {
  const questions = new ClientQuestions({ grpcProxyRelayRequestTimeoutInSeconds: 5 }, { clock: new FakeClock() })
  const client = { clientId: 'client', sendCommand: () => true }
  const ask = (): Promise<unknown> => questions.ask(client, nonce => ({ printThreadStackTraceCommand: { nonce } }))
  const open = Array.from({ length: 1000 }, ask)
  await expect(ask()).rejects.toThrow('1000 questions')
  questions.onAnswer('client', v2.TelemetryCommand.decode(answerTo('1')))
  await open[0]
  const one = ask()
  questions.onAnswer('client', v2.TelemetryCommand.decode(answerTo('1001')))
  await one
})

function answerTo(nonce: string): Uint8Array {
  return v2.TelemetryCommand.encode({ threadStackTrace: { nonce, threadStackTrace: '' } }).finish()
}
