import { batchAckRequestJson, RemotingCommand, RequestCode, toExtFields } from '@rocketmq-ts/protocol'
import { extraInfoOf, storedTopicOf } from '../receipt-handles/receipt-handle'
import type { ReceiptHandle } from '../receipt-handles/receipt-handle'
import { batchAcksOf, fitsBatch } from './batch-acks'
import type { Brokers } from './brokers'
import { InvalidReceiptHandleError, requireSuccess } from './refusals'

/** A message in the hands of a consumer. */
export interface Receipt {
  readonly group: string
  /** That it was received of: not its retry topic. */
  readonly topic: string
  readonly handle: ReceiptHandle
}

export interface VisibilityChange extends Receipt {
  readonly invisibleMs: number
  /** The message was not used: when it comes again, that is no further attempt. */
  readonly suspend: boolean
}

const TIMEOUT_MS = 3000
const TO_DEAD_LETTER_QUEUE = -1

export interface ReceiptsDeps {
  readonly brokers: Pick<Brokers, 'invoke'>
  /** Whether a broker is asked once for many messages, which are done then, or fail, together. */
  readonly batchesAcks: () => boolean
}

/** What becomes of messages that were received. All throw BrokerNotFoundError, BrokerRefusedError. */
export class Receipts {
  constructor(private readonly deps: ReceiptsDeps) {}

  /** Done: it is never given out again. */
  async acknowledge(receipt: Receipt): Promise<void> {
    await this.ask(RequestCode.ACK_MESSAGE, receipt)
  }

  /** The same for many, and what became of each. In their order. */
  acknowledgeAll(receipts: readonly Receipt[]): Promise<readonly PromiseSettledResult<void>[]> {
    if (receipts.length > 1 && this.deps.batchesAcks()) return this.acknowledgeTogether(receipts)
    return Promise.allSettled(receipts.map(receipt => this.acknowledge(receipt)))
  }

  /** Each broker is asked once, and what it says is said of all that it was asked for. */
  private acknowledgeTogether(receipts: readonly Receipt[]): Promise<readonly PromiseSettledResult<void>[]> {
    const byBroker = new Map<string, Receipt[]>()
    for (const receipt of receipts.filter(({ handle }) => fitsBatch(handle))) {
      const { brokerName } = receipt.handle
      const known = byBroker.get(brokerName)
      if (known === undefined) byBroker.set(brokerName, [receipt])
      else known.push(receipt)
    }
    const asked = new Map([...byBroker].map(([brokerName, those]) => [brokerName, this.askBatch(brokerName, those)]))
    return Promise.allSettled(
      receipts.map(receipt => {
        const batch = fitsBatch(receipt.handle) ? asked.get(receipt.handle.brokerName) : undefined
        return batch ?? this.acknowledge(receipt)
      }),
    )
  }

  /** Hidden for longer, or given out again sooner; what it is named by from then on. */
  async changeInvisibleTime({ invisibleMs, suspend, ...receipt }: VisibilityChange): Promise<ReceiptHandle> {
    const fields = { invisibleTime: invisibleMs, suspend }
    const { extFields } = await this.ask(RequestCode.CHANGE_MESSAGE_INVISIBLETIME, receipt, fields)
    return {
      ...receipt.handle,
      startOffset: receipt.handle.queueOffset,
      popTime: Number(extFields['popTime'] ?? 0),
      invisibleTime: Number(extFields['invisibleTime'] ?? 0),
      reviveQueueId: Number(extFields['reviveQid'] ?? 0),
    }
  }

  /** It is given up, and found on the topic of the group's dead letters. Throws InvalidReceiptHandleError. */
  async forwardToDeadLetterQueue(receipt: Receipt & { readonly messageId: string }): Promise<void> {
    const { group, topic, handle, messageId } = receipt
    if (handle.physicalOffset < 0) throw new InvalidReceiptHandleError('receipt handle without commit log offset')
    const fields = {
      ...{ offset: handle.physicalOffset, group, delayLevel: TO_DEAD_LETTER_QUEUE },
      ...{ originMsgId: messageId, originTopic: topic, unitMode: false, maxReconsumeTimes: 0 },
    }
    const command = RemotingCommand.request(RequestCode.CONSUMER_SEND_MSG_BACK, toExtFields(fields))
    requireSuccess(await this.deps.brokers.invoke(handle.brokerName, command, TIMEOUT_MS))
    await this.acknowledge(receipt)
  }

  private async askBatch(brokerName: string, receipts: readonly Receipt[]): Promise<void> {
    const body = batchAckRequestJson.encode({ brokerName, acks: [...batchAcksOf(receipts)] })
    const command = RemotingCommand.request(RequestCode.BATCH_ACK_MESSAGE, null, body)
    requireSuccess(await this.deps.brokers.invoke(brokerName, command, TIMEOUT_MS))
  }

  private async ask(
    code: number,
    { group, topic, handle }: Receipt,
    more: Parameters<typeof toExtFields>[0] = {},
  ): ReturnType<Brokers['invoke']> {
    const fields = {
      ...{ consumerGroup: group, topic: storedTopicOf(handle, topic, group), queueId: handle.queueId },
      ...{ offset: handle.queueOffset, extraInfo: extraInfoOf(handle), liteTopic: handle.liteTopic, ...more },
    }
    const command = RemotingCommand.request(code, toExtFields(fields))
    return requireSuccess(await this.deps.brokers.invoke(handle.brokerName, command, TIMEOUT_MS))
  }
}
