import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import { MqVersion, RemotingCommand, RemotingResponse, type ExtFields } from '@rocketmq-ts/protocol'
import { RemotingTimeoutError } from '@rocketmq-ts/remoting'
import { ClientNotOnlineError, ClientSilentError, requireVersion } from './consumer-refusals'

/** How long an administrator waits for what a consumer says. */
const CALL_TIMEOUT_MS = 10_000

export interface ConsumerCall {
  readonly code: number
  readonly consumerGroup: string
  readonly clientId: string
  readonly extFields: ExtFields
  readonly body: Buffer | null
}

/**
 * Hands a request on to one consumer, and its answer back as it is. Rejects with ClientNotOnlineError,
 * ClientSilentError, ClientTooOldError. Source: broker/processor/AdminBrokerProcessor.java (callConsumer)
 */
export async function callConsumer(
  consumers: Pick<ConsumerTable, 'findClient'>,
  call: ConsumerCall,
): Promise<RemotingResponse> {
  const client = consumers.findClient(call.consumerGroup, call.clientId)
  if (client === null) throw new ClientNotOnlineError(call)
  requireVersion([client], MqVersion.V3_1_8_SNAPSHOT)
  const command = RemotingCommand.request(call.code, call.extFields, call.body)
  try {
    const { code, remark, extFields, body } = await client.channel.invoke(command, CALL_TIMEOUT_MS)
    return new RemotingResponse({ code, remark, extFields, body })
  } catch (error) {
    throw error instanceof RemotingTimeoutError ? new ClientSilentError(call) : new ClientNotOnlineError(call)
  }
}
