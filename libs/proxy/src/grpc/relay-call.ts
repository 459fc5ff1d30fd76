import { RefusedError } from '@rocketmq-ts/base'
import type { Clock } from '@rocketmq-ts/base'
import {
  consumeMessageDirectlyResultJson,
  consumerRunningInfoJson,
  parseProperties,
  readGetConsumerRunningInfoHeader,
  readStoredMessage,
  RequestCode,
  ResponseCode,
} from '@rocketmq-ts/protocol'
import type { ConsumeMessageDirectlyResult, ConsumerRunningInfo, IncomingCommand } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { ClientCall } from '../messaging/brokers'
import { clientAnswer } from '../messaging/client-answer'
import type { ClientQuestions } from '../settings/client-questions'
import type { ReachableClient } from '../settings/connected-clients'
import { heartbeatOf } from '../settings/heartbeat-of'
import { toClientMessage } from './messages/to-client-message'
import type { MessageToShow } from './messages/to-client-message'

export interface RelayCallDeps {
  readonly questions: Pick<ClientQuestions, 'ask'>
  readonly clock: Pick<Clock, 'monotonicMs' | 'nowMs'>
}

/** What brokers ask a client, it is asked over its Telemetry stream, and its answer goes back. Source: proxy/grpc/v2/channel/GrpcClientChannel.java */
export function relayCall(deps: RelayCallDeps) {
  return async (call: ClientCall, client: ReachableClient): Promise<IncomingCommand> => {
    try {
      return clientAnswer({ code: ResponseCode.SUCCESS, body: await answerTo(call, client, deps) })
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      return clientAnswer({ code: error.responseCode, remark: error.message })
    }
  }
}

/** The client speaks another protocol, in which this cannot be asked. */
export class NotToBeAskedError extends RefusedError {
  readonly code = 'RMQ_NOT_TO_BE_ASKED'
  readonly responseCode = ResponseCode.REQUEST_CODE_NOT_SUPPORTED

  constructor(requestCode: number) {
    super(`a gRPC client cannot be asked what code ${requestCode} asks`)
  }
}

async function answerTo(call: ClientCall, client: ReachableClient, deps: RelayCallDeps): Promise<Buffer> {
  if (call.code === RequestCode.GET_CONSUMER_RUNNING_INFO) {
    const { jstackEnable } = readGetConsumerRunningInfoHeader({ extFields: call.extFields ?? {} })
    return consumerRunningInfoJson.encode({
      ...runningInfoOf(client, deps.clock.nowMs()),
      jstack: jstackEnable ? await askThreadStackTrace(client, deps) : null,
    })
  }
  if (call.code === RequestCode.CONSUME_MESSAGE_DIRECTLY && call.body !== null) {
    const message = readStoredMessage(call.body, 0)
    const toShow = { ...message, parsedProperties: parseProperties(message.properties) }
    return consumeMessageDirectlyResultJson.encode(await directResult(client, toShow, deps))
  }
  throw new NotToBeAskedError(call.code)
}

/** The client's own words, which may be that it has no threads to show. Rejects as ClientQuestions.ask does. */
export async function askThreadStackTrace(
  client: ReachableClient,
  { questions }: Pick<RelayCallDeps, 'questions'>,
): Promise<string> {
  const { status, threadStackTrace } = await questions.ask(client, nonce => ({
    printThreadStackTraceCommand: { nonce },
  }))
  return threadStackTrace?.threadStackTrace ?? status?.message ?? ''
}

/** What the client made of the message: a status of its own. Rejects as ClientQuestions.ask does. */
export async function askToVerify(
  client: ReachableClient,
  message: MessageToShow,
  { questions }: Pick<RelayCallDeps, 'questions'>,
): Promise<v2.Status.$Properties> {
  const shown = await toClientMessage(message, null)
  const { status } = await questions.ask(client, nonce => ({ verifyMessageCommand: { nonce, message: shown } }))
  return status ?? { code: v2.Code.OK, message: '' }
}

async function directResult(
  client: ReachableClient,
  message: MessageToShow,
  deps: RelayCallDeps,
): Promise<ConsumeMessageDirectlyResult> {
  const startMs = deps.clock.monotonicMs()
  const { code, message: remark } = await askToVerify(client, message, deps)
  return {
    autoCommit: true,
    consumeResult: resultOf(code ?? v2.Code.OK),
    order: client.settings.subscription?.fifo === true,
    remark: remark ?? null,
    spentTimeMills: Math.round(deps.clock.monotonicMs() - startMs),
  }
}

/** Source: proxy/grpc/v2/client/ClientActivity.java (buildConsumeMessageDirectlyResult) */
function resultOf(code: v2.Code): ConsumeMessageDirectlyResult['consumeResult'] {
  switch (code) {
    case v2.Code.OK:
      return 'CR_SUCCESS'
    case v2.Code.FAILED_TO_CONSUME_MESSAGE:
      return 'CR_LATER'
    case v2.Code.MESSAGE_CORRUPTED:
      return 'CR_RETURN_NULL'
    default:
      return 'CR_THROW_EXCEPTION'
  }
}

/** What the proxy knows of a client: Java's tools cannot do without these properties. */
export function runningInfoOf(
  { clientId, settings, joinedMs }: ReachableClient,
  nowMs: number,
): Omit<ConsumerRunningInfo, 'jstack'> {
  const [consumer] = heartbeatOf(clientId, settings, nowMs).consumerDataSet
  const { userAgent, subscription, clientType } = settings
  const properties = {
    PROP_CLIENT_VERSION: userAgent?.version ?? '',
    PROP_CONSUMEORDERLY: String(subscription?.fifo === true),
    PROP_CONSUMER_START_TIMESTAMP: String(joinedMs),
    PROP_CONSUME_TYPE: consumer?.consumeType ?? 'CONSUME_PASSIVELY',
    clientType: v2.ClientType[clientType ?? v2.ClientType.CLIENT_TYPE_UNSPECIFIED],
    hostname: userAgent?.hostname ?? '',
    language: v2.Language[userAgent?.language ?? v2.Language.LANGUAGE_UNSPECIFIED],
    platform: userAgent?.platform ?? '',
  }
  return {
    mqPopTable: new Map(),
    mqTable: new Map(),
    properties: new Map(Object.entries(properties)),
    statusTable: new Map(),
    subscriptionSet: consumer?.subscriptionDataSet ?? [],
    userConsumerInfo: new Map(),
  }
}
