import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import { readGetConsumerRunningInfoHeader } from '@rocketmq-ts/protocol'
import { answering, type RequestHandler } from '@rocketmq-ts/remoting'
import { callConsumer } from '../consumer-calls/call-consumer'

export interface GetConsumerRunningInfoDeps {
  readonly consumers: Pick<ConsumerTable, 'findClient'>
}

/** GET_CONSUMER_RUNNING_INFO: what a consumer says of itself. Rejects with MissingFieldError, and as callConsumer does. */
export function getConsumerRunningInfo({ consumers }: GetConsumerRunningInfoDeps): RequestHandler {
  return answering(async ({ command }) => {
    const { consumerGroup, clientId } = readGetConsumerRunningInfoHeader(command)
    const { code, extFields, body } = command
    return await callConsumer(consumers, { code, consumerGroup, clientId, extFields, body })
  })
}
