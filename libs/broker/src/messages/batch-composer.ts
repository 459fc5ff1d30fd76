import { MessageSysFlag, readMessageBatch } from '@rocketmq-ts/protocol'
import type { TopicConfig } from '@rocketmq-ts/protocol'
import { delayLevelIn } from '../schedule/delay-property'
import { isRetryTopic } from '../topics/topic-names'
import type { IncomingMessage } from './incoming-message'
import { editedProperties, property } from './edited-properties'
import { STAMPED } from './message-stamp'
import type { MessageStamp } from './message-stamp'
import { PropertyBit, PropertyScan } from './property-scan'
import { MessageIllegalError } from './refusals'
import { TIMER_REQUESTS } from './timed-send'

export interface BatchComposerDeps {
  readonly stamp: MessageStamp
}

const INNER_BATCH = MessageSysFlag.INNER_BATCH | MessageSysFlag.NEED_UNWRAP

/**
 * What the properties of a batch decide. They are those of the request: each item has its own, which are stored as the
 * client wrote them, without the broker's stamp. A topic of batches (`queue.type=BatchCQ`) stores a batch with an id as
 * one message, whose properties are those of the request; its consumers take it apart. Source: broker/processor/SendMessageProcessor.java, store/CommitLog.java
 */
export class BatchComposer {
  private readonly scan = new PropertyScan()

  constructor(private readonly deps: BatchComposerDeps) {}

  /** Throws RefusedError. */
  compose(batch: IncomingMessage, topic: TopicConfig): void {
    const { scan } = this
    if (isRetryTopic(batch.topic)) {
      throw new MessageIllegalError(`batch request does not support retry group ${batch.topic}`)
    }
    if ((batch.sysFlag & MessageSysFlag.TRANSACTION_MASK) !== 0) {
      throw new MessageIllegalError('a batch cannot be in a transaction')
    }
    scan.read(batch.properties)
    if (delayLevelIn(scan.text(PropertyBit.DELAY)) > 0 || scan.hasAny(TIMER_REQUESTS)) {
      throw new MessageIllegalError('a batch cannot be delayed')
    }
    batch.transactionId = scan.text(PropertyBit.UNIQ_KEY)
    if ((batch.sysFlag & INNER_BATCH) !== 0 || scan.has(PropertyBit.INNER_NUM)) {
      throw new MessageIllegalError('whether a batch is stored as one message is for the broker to say')
    }
    batch.waitStoreMessageOk = !scan.has(PropertyBit.WAIT) || scan.isTrue(PropertyBit.WAIT)
    if (topic.topicFilterType === 'MULTI_TAG') batch.sysFlag |= MessageSysFlag.MULTI_TAGS
    if (topic.attributes.get('queue.type') === 'BatchCQ' && batch.transactionId !== null) this.makeOne(batch)
  }

  private makeOne(batch: IncomingMessage): void {
    const messageCount = readMessageBatch(batch.body).length
    batch.sysFlag |= INNER_BATCH
    batch.batchUniqId = batch.transactionId
    batch.tagsCode = this.scan.tagsCode()
    batch.properties = editedProperties(this.scan, STAMPED, property('INNER_NUM', messageCount))
    batch.addedProperties = this.deps.stamp.properties
  }
}
