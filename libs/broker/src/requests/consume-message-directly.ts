import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import { decodeMessageId, readConsumeMessageDirectlyHeader } from '@rocketmq-ts/protocol'
import { answering, type RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import { MessageNotFoundError } from '../messages/refusals'
import { callConsumer } from '../consumer-calls/call-consumer'

export interface ConsumeMessageDirectlyDeps {
  readonly consumers: Pick<ConsumerTable, 'findClient'>
  readonly store: Pick<MessageStore, 'readRecord'>
  readonly config: Pick<BrokerConfig, 'brokerName'>
}

/**
 * CONSUME_MESSAGE_DIRECTLY: lets one consumer consume one stored message, and says what it made of it. Rejects with
 * MissingFieldError, InvalidMessageIdError, MessageNotFoundError, and as callConsumer does.
 */
export function consumeMessageDirectly({ consumers, store, config }: ConsumeMessageDirectlyDeps): RequestHandler {
  return answering(async ({ command }) => {
    const { consumerGroup, clientId, msgId } = readConsumeMessageDirectlyHeader(command)
    const { code, extFields } = command
    const { physicalOffset } = decodeMessageId(msgId ?? '')
    const body = await store.readRecord(physicalOffset)
    if (body === null) throw new MessageNotFoundError(`can not find message by the offset, ${physicalOffset}`)
    return await callConsumer(consumers, {
      code,
      consumerGroup,
      clientId: clientId ?? '',
      extFields: { ...extFields, brokerName: config.brokerName },
      body,
    })
  })
}
