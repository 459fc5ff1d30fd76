import { decodeRecallHandle, RemotingCommand, RequestCode } from '@rocketmq-ts/protocol'
import type { Brokers } from './brokers'
import { InvalidRecallHandleError, MessageTypeConflictError, requireSuccess } from './refusals'
import type { Metadata } from './metadata'

export interface RecallMessageDeps {
  readonly brokers: Pick<Brokers, 'invoke'>
  readonly metadata: Pick<Metadata, 'messageTypeOf'>
  readonly config: { readonly enableTopicMessageTypeCheck: boolean }
}

const TIMEOUT_MS = 3000

/**
 * Takes a timed message back before it is due; its id. Throws InvalidRecallHandleError, MessageTypeConflictError,
 * BrokerNotFoundError, BrokerRefusedError.
 */
export function recallMessage({ brokers, metadata, config }: RecallMessageDeps) {
  return async (topic: string, recallHandle: string): Promise<string> => {
    if (config.enableTopicMessageTypeCheck) {
      const type = await metadata.messageTypeOf(topic)
      if (type !== 'DELAY' && type !== 'MIXED') throw new MessageTypeConflictError(type, 'DELAY')
    }
    const handle = decodeRecallHandle(recallHandle)
    if (handle?.topic !== topic) throw new InvalidRecallHandleError()
    const fields = { producerGroup: topic, topic, recallHandle, bname: handle.brokerName }
    const command = RemotingCommand.request(RequestCode.RECALL_MESSAGE, fields)
    const { extFields } = requireSuccess(await brokers.invoke(handle.brokerName, command, TIMEOUT_MS))
    return extFields['msgId'] ?? handle.messageId
  }
}
