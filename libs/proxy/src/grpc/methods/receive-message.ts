import type { Clock, Log } from '@rocketmq-ts/base'
import { msOfDuration, timestampOfMs, v2 } from '@rocketmq-ts/protocol/grpc'
import type { RequestOf } from '@rocketmq-ts/protocol/grpc'
import { liteParentOf } from '../../messaging/lite/lite-group'
import type { Messaging } from '../../messaging/messaging'
import type { ReceivedMessage } from '../../messaging/popped-messages'
import type { Receipt } from '../../messaging/receipts'
import type { ProxyConfig } from '../../proxy-config'
import { encodeReceiptHandle } from '../../receipt-handles/receipt-handle'
import type { Renewals } from '../../receipt-handles/renewals'
import type { ConnectedClients } from '../../settings/connected-clients'
import type { CallContext } from '../calls/call-context'
import { requireFilter } from '../filters'
import { toClientMessage } from '../messages/to-client-message'
import type { StreamMethod, Write } from '../method'
import { requireGroup, requireTopic } from '../names'
import { InvalidRequestError, OK } from '../status'

export interface ReceiveMessageDeps {
  readonly messaging: Pick<Messaging, 'metadata' | 'receipts' | 'receive'>
  readonly clients: Pick<ConnectedClients, 'find'>
  readonly renewals: Pick<Renewals, 'add' | 'countOf'>
  readonly config: Pick<
    ProxyConfig,
    | 'defaultInvisibleTimeMills'
    | 'enableProxyAutoRenew'
    | 'grpcClientConsumerLongPollingBatchSize'
    | 'grpcClientConsumerMaxLongPollingTimeoutMillis'
    | 'grpcClientConsumerMinLongPollingTimeoutMillis'
    | 'maxInvisibleTimeMills'
    | 'minInvisibleTimeMillsForRecv'
    | 'invisibleTimeMillisWhenClear'
    | 'maxLiteRenewNumPerChannel'
    | 'longPollingReserveTimeInMillis'
  >
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

type Request = RequestOf<'ReceiveMessage'>

const DEFAULT_REQUEST_TIMEOUT_MS = 3000

/**
 * ReceiveMessage: a status, the messages, and when they left; the stream ends at once, as clients hand on what they got only
 * then. Source: proxy/grpc/v2/consumer/ReceiveMessageActivity.java
 */
export function receiveMessage(deps: ReceiveMessageDeps): StreamMethod<'ReceiveMessage'> {
  const { messaging, renewals, config, clock } = deps
  return async (request, context, write) => {
    const pollMs = pollMsOf(request, context, deps)
    const topic = requireTopic(request.messageQueue?.topic)
    const group = requireGroup(request.group)
    const isRenewed = request.autoRenew && config.enableProxyAutoRenew
    const groupConfig = await messaging.metadata.groupConfig(group, topic)
    if (liteParentOf(groupConfig) !== null) requireFewHeld(context.clientId, deps)
    const messages = await messaging.receive({
      ...{ group, topic, clientId: context.clientId, pollMs },
      brokerName: request.messageQueue?.broker?.name ?? '',
      messageCountMax: Math.max(1, Math.min(request.batchSize, config.grpcClientConsumerLongPollingBatchSize)),
      invisibleMs: isRenewed ? config.defaultInvisibleTimeMills : requireInvisibleMs(request, config),
      filter: requireFilter(request.filterExpression),
      isOrdered: groupConfig.consumeMessageOrderly,
      attemptId: request.attemptId ?? null,
    })
    const status = messages.length > 0 ? OK : { code: v2.Code.MESSAGE_NOT_FOUND, message: 'no new message' }
    write({ status })
    for (const message of messages) {
      const receipt = { group, topic, handle: message.receiptHandle }
      if (!(await writeMessage(message, context, write))) giveBack(receipt, deps)
      else if (isRenewed) renewals.add(context.clientId, receipt, message.reconsumeTimes)
    }
    write({ deliveryTimestamp: timestampOfMs(clock.nowMs()) })
  }
}

/** A client of a lite group that does not get on with its messages gets no more. */
function requireFewHeld(clientId: string, { renewals, config }: ReceiveMessageDeps): void {
  const count = renewals.countOf(clientId)
  if (count <= config.maxLiteRenewNumPerChannel) return
  const text = `The client [${clientId}] has too many unacked messages. Unacked count: ${count}`
  throw new InvalidRequestError(v2.Code.FORBIDDEN, text)
}

/** False: the client has gone without it. */
async function writeMessage(
  message: ReceivedMessage,
  context: CallContext,
  write: Write<'ReceiveMessage'>,
): Promise<boolean> {
  const shown = await toClientMessage(message, encodeReceiptHandle(message.receiptHandle))
  return !context.isCancelled() && write({ message: shown })
}

/** It comes again soon, and this does not count as an attempt. */
function giveBack(receipt: Receipt, { messaging, config, log }: ReceiveMessageDeps): void {
  const change = { ...receipt, invisibleMs: config.invisibleTimeMillisWhenClear, suspend: true }
  messaging.receipts.changeInvisibleTime(change).catch((err: unknown) => {
    log.warn({ err, group: receipt.group, topic: receipt.topic }, 'a message whose client has gone comes again late')
  })
}

/**
 * How long a broker may wait: as long as the client wishes, within the limits, and not beyond what it waits itself. Its
 * answer has to get back in time, so clients that wait for nothing more than the poll are answered a moment earlier.
 */
function pollMsOf(
  { longPollingTimeout }: Request,
  context: CallContext,
  { clients, config }: ReceiveMessageDeps,
): number {
  const remainingMs = context.remainingMs()
  const requestTimeout =
    msOfDuration(clients.find(context.clientId)?.settings.requestTimeout) ?? DEFAULT_REQUEST_TIMEOUT_MS
  const wishedMs = msOfDuration(longPollingTimeout) ?? remainingMs - requestTimeout / 2
  const { grpcClientConsumerMinLongPollingTimeoutMillis: minMs, grpcClientConsumerMaxLongPollingTimeoutMillis: maxMs } =
    config
  const pollMs = Math.max(minMs, Math.min(maxMs, wishedMs))
  const availableMs = remainingMs - config.longPollingReserveTimeInMillis
  if (pollMs <= availableMs) return pollMs
  if (availableMs >= minMs) return availableMs
  const text = `the client waits ${Math.floor(remainingMs)} ms: it must be longer than ${minMs} ms to receive messages`
  throw new InvalidRequestError(v2.Code.ILLEGAL_POLLING_TIME, text)
}

function requireInvisibleMs({ invisibleDuration }: Request, config: ReceiveMessageDeps['config']): number {
  const invisibleMs = msOfDuration(invisibleDuration) ?? 0
  const { minInvisibleTimeMillsForRecv: min, maxInvisibleTimeMills: max } = config
  if (invisibleMs >= min && invisibleMs <= max) return invisibleMs
  const text = `the invisible time of ${invisibleMs} ms is too ${invisibleMs < min ? 'small' : 'large'}. min is ${min}, max is ${max}`
  throw new InvalidRequestError(v2.Code.ILLEGAL_INVISIBLE_TIME, text)
}
