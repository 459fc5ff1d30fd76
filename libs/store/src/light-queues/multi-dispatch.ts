import { encodeProperties, parseProperties, readProperty } from '@rocketmq-ts/protocol'
import type { StoredMessageContent } from '@rocketmq-ts/protocol'
import type { ConsumeQueueStore } from '../consume-queue/consume-queue-store'
import { isInQueue } from '../consume-queue/dispatch-rules'
import type { MessageToStore } from '../message-store'
import type { MessageStoreConfig } from '../message-store-config'
import type { Refusal } from '../put-message/message-limits'
import {
  isLightQueueName,
  isPossibleLightQueue,
  LIGHT_QUEUE_ID,
  listedIn,
  listOf,
  mayBeInLightQueues,
} from './light-queue-names'

const NAMES_KEY = 'INNER_MULTI_DISPATCH'
const OFFSETS_KEY = 'INNER_MULTI_QUEUE_OFFSET'
const NAMES_KEY_BYTES = Buffer.from(`${NAMES_KEY}\x01`)
const NO_BYTES = Buffer.alloc(0)

/** A message for more queues than its own. */
export interface DispatchedMessage {
  /** What is stored: it says where it is in these queues. */
  readonly content: StoredMessageContent
  readonly queueNames: readonly string[]
  /** Why it may not be stored, or null. */
  readonly refusal: Refusal | null
}

export type MultiDispatchConfig = Pick<
  MessageStoreConfig,
  'enableLmq' | 'enableMultiDispatch' | 'enableLmqQuota' | 'maxLmqConsumeQueueNum'
>

/**
 * Light queues: a message that names some in INNER_MULTI_DISPATCH is in its own queue and in each of them, and stored
 * once. Java refuses no name, and fails later where one cannot be a folder.
 * Source: store/LmqDispatch.java, broker/util/HookUtils.java (handleLmqQuota)
 */
export class MultiDispatch {
  constructor(
    private readonly config: MultiDispatchConfig,
    private readonly consumeQueues: Pick<ConsumeQueueStore, 'find' | 'topics'>,
  ) {}

  /** Null for one that is for its own queue only: most are, and cost a search in their properties. */
  of(message: MessageToStore): DispatchedMessage | null {
    const { topic, sysFlag, properties } = message
    if (!properties.includes(NAMES_KEY_BYTES) || !isInQueue(sysFlag) || !mayBeInLightQueues(topic)) return null
    const names = listedIn(readProperty(properties, NAMES_KEY) ?? '')
    const queueNames = [...new Set(names)].filter(isLightQueueName)
    const possible = queueNames.filter(isPossibleLightQueue)
    if (queueNames.length === 0) return null
    return {
      content: withOffsets(message, listOf(names.map(name => this.offsetText(name)))),
      queueNames: possible,
      // What was taken once is not refused when its time has come.
      refusal: message.isCopy === true ? null : this.refusalOf(queueNames, possible),
    }
  }

  private refusalOf(queueNames: readonly string[], possible: readonly string[]): Refusal | null {
    const impossible = queueNames.find(name => !possible.includes(name))
    if (impossible !== undefined) {
      return { status: 'MESSAGE_ILLEGAL', reason: `no queue can be named ${impossible}: too long, or with a slash` }
    }
    if (!this.config.enableLmqQuota || queueNames.every(name => this.find(name) !== null)) return null
    const count = this.consumeQueues.topics().filter(isLightQueueName).length
    if (count < this.config.maxLmqConsumeQueueNum) return null
    return { status: 'LMQ_CONSUME_QUEUE_NUM_EXCEEDED', reason: `${count} light queues, maxLmqConsumeQueueNum` }
  }

  /** As Java joins them: nothing for a name that is of no light queue. */
  private offsetText(name: string): string {
    if (!isLightQueueName(name) || !isPossibleLightQueue(name)) return ''
    return String(this.find(name)?.nextOffset ?? 0)
  }

  private find(name: string): ReturnType<ConsumeQueueStore['find']> {
    return this.consumeQueues.find(name, LIGHT_QUEUE_ID)
  }
}

/** Null while it is not switched on. */
export function multiDispatchOf(
  config: MultiDispatchConfig,
  consumeQueues: Pick<ConsumeQueueStore, 'find' | 'topics'>,
): MultiDispatch | null {
  return dispatchesToLightQueues(config) ? new MultiDispatch(config, consumeQueues) : null
}

export function dispatchesToLightQueues({
  enableLmq,
  enableMultiDispatch,
}: Pick<MessageStoreConfig, 'enableLmq' | 'enableMultiDispatch'>): boolean {
  return enableLmq && enableMultiDispatch
}

function withOffsets(message: MessageToStore, offsets: string): StoredMessageContent {
  const { topic, queueId, flag, sysFlag, bornTimestamp, bornHost, reconsumeTimes, preparedTransactionOffset } = message
  const properties = parseProperties(Buffer.concat([message.properties, message.addedProperties ?? NO_BYTES]))
  properties.delete(OFFSETS_KEY)
  properties.set(OFFSETS_KEY, offsets)
  return {
    ...{ topic, queueId, flag, sysFlag, bornTimestamp, bornHost, reconsumeTimes, preparedTransactionOffset },
    body: message.body,
    properties: encodeProperties(properties),
  }
}
