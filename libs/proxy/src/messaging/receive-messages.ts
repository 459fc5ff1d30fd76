import type { Clock, Log } from '@rocketmq-ts/base'
import { RemotingCommand, RequestCode, ResponseCode, toExtFields } from '@rocketmq-ts/protocol'
import type { Brokers } from './brokers'
import { liteParentOf } from './lite/lite-group'
import { ClientNotNamedError } from './lite/lite-refusals'
import { readPoppedLiteMessages } from './lite/popped-lite-messages'
import { MessageProperty } from './message-to-send'
import type { Metadata } from './metadata'
import { readPoppedMessages } from './popped-messages'
import type { ReceivedMessage } from './popped-messages'
import type { QueueChoice } from './queue-choice'
import type { Receipts } from './receipts'
import { BrokerRefusedError, NoQueueError } from './refusals'
import { isWantedBy } from './tag-filter'

export interface MessageFilter {
  readonly type: 'TAG' | 'SQL92'
  /** `*`: everything. */
  readonly expression: string
}

export interface ReceiveRequest {
  readonly group: string
  readonly topic: string
  /** Who asks: a client of a lite group gets what it has subscribed to. Null: nobody whom brokers know by name. */
  readonly clientId: string | null
  /** The broker that is asked, if it has the topic; else the next that has. */
  readonly brokerName: string
  readonly messageCountMax: number
  readonly invisibleMs: number
  /** How long a broker may hold the request while there is nothing. */
  readonly pollMs: number
  readonly filter: MessageFilter
  readonly isOrdered: boolean
  /** The same for a request that is sent again: the same messages come in answer to it. */
  readonly attemptId: string | null
}

export interface ReceiveMessagesDeps {
  readonly brokers: Pick<Brokers, 'invoke'>
  readonly metadata: Pick<Metadata, 'groupConfig' | 'requireRoute'>
  readonly queueChoice: Pick<QueueChoice, 'readableBroker'>
  readonly receipts: Pick<Receipts, 'acknowledge' | 'forwardToDeadLetterQueue'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

/** An answer takes a moment to get here: so much later than it was wished for, nothing is lost yet. */
const ANSWER_MARGIN_MS = 10_000
const EVERY_QUEUE = -1
/** A group that is new begins at the newest message. */
const INIT_MODE_MAX = 1

const nothingFound: ReadonlySet<number> = new Set([ResponseCode.POLLING_TIMEOUT, ResponseCode.PULL_NOT_FOUND])

/**
 * Receives messages for a group; empty when there are none in time. They are hidden from others until they are
 * acknowledged or their time runs out. Throws TopicNotFoundError, NoQueueError, ClientNotNamedError, BrokerRefusedError.
 */
export function receiveMessages(deps: ReceiveMessagesDeps) {
  return async (request: ReceiveRequest): Promise<readonly ReceivedMessage[]> => {
    const { group, topic } = request
    const groupConfig = await deps.metadata.groupConfig(group, topic)
    const isLite = liteParentOf(groupConfig) !== null
    const route = await deps.metadata.requireRoute(topic)
    const brokerName = deps.queueChoice.readableBroker(route, request.brokerName)
    if (brokerName === null) throw new NoQueueError(topic, 'readable')
    const command = isLite ? popLite(request, deps) : pop(request, deps)
    const response = await deps.brokers.invoke(brokerName, command, request.pollMs + ANSWER_MARGIN_MS)
    if (nothingFound.has(response.code)) return []
    if (response.code !== ResponseCode.SUCCESS) throw new BrokerRefusedError(response.code, response.remark)
    const read = isLite ? readPoppedLiteMessages : readPoppedMessages
    return wanted(read(response, { topic, brokerName }), { ...request, retryMaxTimes: groupConfig.retryMaxTimes }, deps)
  }
}

type CommandDeps = Pick<ReceiveMessagesDeps, 'clock'>

function pop(request: ReceiveRequest, { clock }: CommandDeps): RemotingCommand {
  const { group, topic, messageCountMax, invisibleMs, pollMs, filter, isOrdered, attemptId } = request
  const fields = {
    ...{ consumerGroup: group, topic, queueId: EVERY_QUEUE, maxMsgNums: messageCountMax, invisibleTime: invisibleMs },
    ...{ pollTime: pollMs, bornTime: clock.nowMs(), initMode: INIT_MODE_MAX },
    ...{ expType: filter.type, exp: filter.expression, order: isOrdered, attemptId },
  }
  return RemotingCommand.request(RequestCode.POP_MESSAGE, toExtFields(fields))
}

/** Of every lite topic that the client has subscribed to, in their order. Source: PopLiteMessageRequestHeader.java */
function popLite(request: ReceiveRequest, { clock }: CommandDeps): RemotingCommand {
  const { clientId, group, topic, messageCountMax, invisibleMs, pollMs, attemptId } = request
  if (clientId === null) throw new ClientNotNamedError(group)
  const fields = {
    ...{ clientId, consumerGroup: group, topic, maxMsgNum: messageCountMax, invisibleTime: invisibleMs },
    ...{ pollTime: pollMs, bornTime: clock.nowMs(), attemptId },
  }
  return RemotingCommand.request(RequestCode.POP_LITE_MESSAGE, toExtFields(fields))
}

/** Without those that the group does not want after all, and those that it has failed with too often. */
function wanted(
  messages: readonly ReceivedMessage[],
  { group, topic, filter, retryMaxTimes }: ReceiveRequest & { readonly retryMaxTimes: number },
  { receipts, log }: ReceiveMessagesDeps,
): readonly ReceivedMessage[] {
  const isWantedTag = isWantedBy(filter)
  const kept: ReceivedMessage[] = []
  for (const message of messages) {
    const isWanted = isWantedTag(message)
    const isExhausted = message.reconsumeTimes > retryMaxTimes
    if (isWanted && !isExhausted) kept.push(message)
    else {
      const receipt = { group, topic, handle: message.receiptHandle }
      const done = isWanted
        ? receipts.forwardToDeadLetterQueue({ ...receipt, messageId: messageIdOf(message) })
        : receipts.acknowledge(receipt)
      // Whatever comes of it, the message is not for this consumer; it comes again if it is still there.
      done.catch((err: unknown) => log.warn({ err, group, topic }, 'a message that is not to be consumed stays'))
    }
  }
  return kept
}

/** Its own, else that of its place. */
export function messageIdOf({ parsedProperties }: Pick<ReceivedMessage, 'parsedProperties'>): string {
  return parsedProperties.get(MessageProperty.UNIQUE_ID) ?? ''
}
