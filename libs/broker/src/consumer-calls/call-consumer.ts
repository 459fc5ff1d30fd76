import { RefusedError } from '@rocketmq-ts/base'
import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import { RemotingCommand, RemotingResponse, ResponseCode, type ExtFields } from '@rocketmq-ts/protocol'
import { RemotingTimeoutError } from '@rocketmq-ts/remoting'

/** How long an administrator waits for what a consumer says. */
const CALL_TIMEOUT_MS = 10_000

/** The consumer that is asked for is not connected here, or its connection ended before it answered. */
export class ClientNotOnlineError extends RefusedError {
  readonly code = 'RMQ_CLIENT_NOT_ONLINE'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor({ consumerGroup, clientId }: ConsumerCall) {
    super(`The Consumer <${consumerGroup}> <${clientId}> not online`)
  }
}

/** The consumer is connected and says nothing. */
export class ClientSilentError extends RefusedError {
  readonly code = 'RMQ_CLIENT_SILENT'
  readonly responseCode = ResponseCode.CONSUME_MSG_TIMEOUT

  constructor({ consumerGroup, clientId }: ConsumerCall) {
    super(`consumer <${consumerGroup}> <${clientId}> did not answer within ${CALL_TIMEOUT_MS} ms`)
  }
}

export interface ConsumerCall {
  readonly code: number
  readonly consumerGroup: string
  readonly clientId: string
  readonly extFields: ExtFields
  readonly body: Buffer | null
}

/**
 * Hands a request on to one consumer, and its answer back as it is. Rejects with ClientNotOnlineError,
 * ClientSilentError. Source: broker/processor/AdminBrokerProcessor.java (callConsumer)
 */
export async function callConsumer(
  consumers: Pick<ConsumerTable, 'findClient'>,
  call: ConsumerCall,
): Promise<RemotingResponse> {
  const client = consumers.findClient(call.consumerGroup, call.clientId)
  if (client === null) throw new ClientNotOnlineError(call)
  const command = RemotingCommand.request(call.code, call.extFields, call.body)
  try {
    const { code, remark, extFields, body } = await client.channel.invoke(command, CALL_TIMEOUT_MS)
    return new RemotingResponse({ code, remark, extFields, body })
  } catch (error) {
    throw error instanceof RemotingTimeoutError ? new ClientSilentError(call) : new ClientNotOnlineError(call)
  }
}
