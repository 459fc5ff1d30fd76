import type { Clock } from '@rocketmq-ts/base'
import { encodeRecallHandle, MessageSysFlag } from '@rocketmq-ts/protocol'
import type { TopicConfig, UniqueIdGenerator } from '@rocketmq-ts/protocol'
import type { BrokerConfig } from '../broker-config'
import { delayLevelIn } from '../schedule/delay-property'
import type { DelayLevels } from '../schedule/delay-levels'
import { isRetryTopic, SystemTopic } from '../topics/topic-names'
import { editedProperties, property } from './edited-properties'
import type { IncomingMessage } from './incoming-message'
import { priorityQueueOf } from './message-priority'
import { STAMPED } from './message-stamp'
import type { MessageStamp } from './message-stamp'
import { PropertyBit, PropertyScan } from './property-scan'
import { MessageIllegalError, NoPermissionError } from './refusals'
import { TIMER_REQUESTS, TimedSends } from './timed-send'
import type { TimedSendConfig, TimerSlots } from './timed-send'

/** With one of these a message is more than bytes to be stored. */
const SPECIAL =
  TIMER_REQUESTS |
  PropertyBit.DELAY |
  PropertyBit.TRAN_MSG |
  PropertyBit.INNER_NUM |
  PropertyBit._SYS_MSG_PRIORITY_ |
  PropertyBit.__LITE_TOPIC
/** Prepared or rolled back, or several messages in one. */
const SPECIAL_FLAGS = MessageSysFlag.TRANSACTION_PREPARED | MessageSysFlag.INNER_BATCH

export interface MessageComposerDeps {
  readonly config: Pick<BrokerConfig, 'brokerIP1' | 'brokerName' | 'rejectTransactionMessage'> & TimedSendConfig
  readonly stamp: MessageStamp
  readonly delayLevels: DelayLevels
  readonly timer: TimerSlots
  readonly uniqueIds: Pick<UniqueIdGenerator, 'next'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/**
 * What the properties of a single message decide: where and when it goes, how it is found, and which of them are
 * stored. Works on their bytes; a message without special wishes costs one scan and one copy.
 * Source: broker/processor/SendMessageProcessor.java, broker/util/HookUtils.java
 */
export class MessageComposer {
  private readonly scan = new PropertyScan()
  private readonly timedSends: TimedSends
  private dropped = 0
  private added = ''

  constructor(private readonly deps: MessageComposerDeps) {
    this.timedSends = new TimedSends(deps)
  }

  /** Throws RefusedError. */
  compose(message: IncomingMessage, topic: TopicConfig): void {
    const { scan } = this
    this.begin(message, topic)
    if (scan.hasAny(SPECIAL) || (message.sysFlag & SPECIAL_FLAGS) !== 0) this.applyWishes(message, topic)
    this.end(message)
  }

  /** A message that its group could not consume goes to the dead letters, and at once. */
  composeDeadLetter(message: IncomingMessage, topic: TopicConfig): void {
    this.begin(message, topic)
    message.topic = topic.topicName
    message.queueId = 0
    this.replace(PropertyBit.DELAY, property('DELAY', -1))
    this.end(message)
  }

  private begin(message: IncomingMessage, topic: TopicConfig): void {
    const { scan } = this
    scan.read(message.properties)
    // What the consumer held when it popped the message means nothing in the next one.
    this.dropped = STAMPED | PropertyBit.POP_CK
    this.added = ''
    message.transactionId = scan.text(PropertyBit.UNIQ_KEY) ?? this.addUniqueKey()
    message.tagsCode = scan.tagsCode()
    message.waitStoreMessageOk = !scan.has(PropertyBit.WAIT) || scan.isTrue(PropertyBit.WAIT)
    if (topic.topicFilterType === 'MULTI_TAG') message.sysFlag |= MessageSysFlag.MULTI_TAGS
    if (topic.attributes.get('cleanup.policy') === 'COMPACTION' && isBlank(scan.text(PropertyBit.KEYS))) {
      throw new MessageIllegalError('Required message key is missing')
    }
  }

  private end(message: IncomingMessage): void {
    const { scan, deps } = this
    const { properties, propertiesAfterOpenEnd } = deps.stamp
    message.properties = editedProperties(scan, this.dropped, this.added)
    message.addedProperties = message.properties === scan.bytes && scan.endsOpen ? propertiesAfterOpenEnd : properties
  }
  /** Stores `pair` instead of what the message says of the property. */
  private replace(bits: number, pair: string): void {
    this.dropped |= bits
    this.added += pair
  }

  private addUniqueKey(): string {
    const uniqueKey = this.deps.uniqueIds.next(this.deps.clock.nowMs())
    this.added += property('UNIQ_KEY', uniqueKey)
    return uniqueKey
  }

  private applyWishes(message: IncomingMessage, topic: TopicConfig): void {
    const { scan } = this
    const liteTopic = scan.text(PropertyBit.__LITE_TOPIC)
    if (liteTopic !== null) {
      const queueName = `%LMQ%$${message.topic}$${liteTopic}`
      this.replace(PropertyBit.INNER_MULTI_DISPATCH, property('INNER_MULTI_DISPATCH', queueName))
    }
    if (scan.has(PropertyBit._SYS_MSG_PRIORITY_)) this.applyPriority(message, topic)
    const delayLevel = delayLevelIn(scan.text(PropertyBit.DELAY))
    // Clients before 4.6.1 keep TRAN_MSG when they send a message back that was once in a transaction.
    const isHalf = scan.isTrue(PropertyBit.TRAN_MSG) && !(message.reconsumeTimes > 0 && delayLevel > 0)
    this.requireServed(message, isHalf)
    if (isHalf) this.prepare(message, delayLevel)
    else if (delayLevel > 0) this.park(message, delayLevel)
    else this.time(message)
  }

  private applyPriority(message: IncomingMessage, topic: TopicConfig): void {
    const queueId = priorityQueueOf(this.scan, topic)
    if (queueId < 0) this.dropped |= PropertyBit._SYS_MSG_PRIORITY_
    else message.queueId = message.sentQueueId = queueId
  }

  /** Java stores what is refused here: some of it out of reach of every consumer. */
  private requireServed({ sysFlag }: IncomingMessage, isHalf: boolean): void {
    const { scan } = this
    if (!isHalf && (sysFlag & MessageSysFlag.TRANSACTION_PREPARED) !== 0) {
      throw new MessageIllegalError('sysFlag says that the message is in a transaction, the property TRAN_MSG does not')
    }
    if ((sysFlag & MessageSysFlag.INNER_BATCH) !== 0) {
      throw new MessageIllegalError('sysFlag says that the message is a batch, which the request does not')
    }
    if (scan.has(PropertyBit.INNER_NUM)) {
      throw new MessageIllegalError('the property INNER_NUM is for batches stored as one message, which this is not')
    }
  }

  /** The message waits on the half topic until its producer commits it. Java parks a delayed one where nobody can. */
  private prepare(message: IncomingMessage, delayLevel: number): void {
    const { scan, deps } = this
    if (deps.config.rejectTransactionMessage) {
      throw new NoPermissionError(`the broker[${deps.config.brokerIP1}] sending transaction message is forbidden`)
    }
    if (delayLevel > 0 || scan.hasAny(TIMER_REQUESTS)) {
      throw new MessageIllegalError('a message in a transaction cannot be delayed')
    }
    if (!scan.has(PropertyBit.PGROUP)) {
      throw new MessageIllegalError('a message in a transaction names its producer group in the property PGROUP')
    }
    // What a message says that was received and is sent on; with it this one would count as checked.
    this.dropped |= PropertyBit.TRANSACTION_CHECK_TIMES | PropertyBit.TRAN_PREPARED_QUEUE_OFFSET
    this.replace(PropertyBit.__transactionId__, property('__transactionId__', message.transactionId ?? ''))
    this.replace(PropertyBit.REAL_TOPIC, property('REAL_TOPIC', message.topic))
    this.replace(PropertyBit.REAL_QID, property('REAL_QID', message.queueId))
    message.preparedFor = message.topic
    message.topic = SystemTopic.TRANSACTION_HALF
    message.queueId = 0
    message.sysFlag &= ~MessageSysFlag.TRANSACTION_MASK
  }

  /** The message waits on the timer topic, if it is for a later time; who sent it gets a handle to take it back. */
  private time(message: IncomingMessage): void {
    const outMs = this.timedSends.outMsOf(this.scan, this.deps.clock.nowMs())
    if (outMs === null) return
    const { topic, queueId } = message
    if (!isRetryTopic(topic)) {
      message.recallHandle = encodeRecallHandle({
        ...{ topic, brokerName: this.deps.config.brokerName },
        timestamp: String(outMs + 1), // Rounded down once more, it is in the same slot.
        messageId: message.transactionId ?? '',
      })
    }
    this.added += property('TIMER_OUT_MS', outMs)
    this.replace(PropertyBit.REAL_TOPIC, property('REAL_TOPIC', topic))
    this.replace(PropertyBit.REAL_QID, property('REAL_QID', queueId))
    message.topic = SystemTopic.TIMER
    message.queueId = 0
  }

  /** The message waits in the queue of its level, and remembers where it is to go. */
  private park(message: IncomingMessage, wantedLevel: number): void {
    const { delayLevels } = this.deps
    const level = Math.min(wantedLevel, delayLevels.levelMax)
    if (level !== wantedLevel) this.replace(PropertyBit.DELAY, property('DELAY', level))
    this.dropped |= TIMER_REQUESTS
    this.replace(PropertyBit.REAL_TOPIC, property('REAL_TOPIC', message.topic))
    this.replace(PropertyBit.REAL_QID, property('REAL_QID', message.queueId))
    message.topic = SystemTopic.SCHEDULE
    message.queueId = level - 1
    message.tagsCode = delayLevels.delayMs(level)
  }
}

function isBlank(text: string | null): boolean {
  return text === null || text.trim() === ''
}
