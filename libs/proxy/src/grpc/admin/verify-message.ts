import { encodeMessageId } from '@rocketmq-ts/protocol'
import type { ConsumeMessageDirectlyResult } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { ConsumerGroups } from '../../messaging/consumer-groups'
import type { Messaging } from '../../messaging/messaging'
import type { ConnectedClients } from '../../settings/connected-clients'
import { requireTopic } from '../names'
import { askToVerify } from '../relay-call'
import type { RelayCallDeps } from '../relay-call'
import { InvalidRequestError, OK } from '../status'
import type { Status } from '../status'
import type { AdminMethod } from './admin-method'
import { findHere, requireMember } from './reach-client'

export interface VerifyMessageDeps extends Pick<RelayCallDeps, 'questions'> {
  readonly messaging: Pick<Messaging, 'find'>
  readonly consumerGroups: Pick<ConsumerGroups, 'consumeDirectly'>
  readonly clients: Pick<ConnectedClients, 'find'>
}

/** VerifyMessage: one consumer consumes one stored message, and the status is what it made of it. */
export function verifyMessage(deps: VerifyMessageDeps): AdminMethod<'VerifyMessage'> {
  return async request => {
    const member = requireMember(request)
    const topic = requireTopic(request.topic)
    const [message] = await deps.messaging.find({ topic, by: 'id', value: request.messageId, countMax: 1 })
    if (message === undefined) {
      throw new InvalidRequestError(
        v2.Code.MESSAGE_NOT_FOUND,
        `topic ${topic} has no message of id ${request.messageId}`,
      )
    }
    const here = findHere(member, deps.clients)
    if (here !== null) return { status: await askToVerify(here, message, deps) }
    const { brokerName, storeHost, physicalOffset } = message
    const place = { brokerName, topic, messageId: encodeMessageId(storeHost, physicalOffset) }
    return { status: statusOfResult(await deps.consumerGroups.consumeDirectly(member, place)) }
  }
}

function statusOfResult({ consumeResult, remark }: ConsumeMessageDirectlyResult): Status {
  if (consumeResult === 'CR_SUCCESS' || consumeResult === 'CR_COMMIT') return OK
  const message = [consumeResult, remark].filter(text => text !== null).join(': ')
  const isCorrupted = consumeResult === 'CR_RETURN_NULL'
  return { code: isCorrupted ? v2.Code.MESSAGE_CORRUPTED : v2.Code.FAILED_TO_CONSUME_MESSAGE, message }
}
