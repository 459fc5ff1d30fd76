import type { Clock } from '@rocketmq-ts/base'
import { MessageSysFlag } from '@rocketmq-ts/protocol'
import type { TopicConfig } from '@rocketmq-ts/protocol'
import { delayLevelIn } from '../schedule/delay-property'
import { isRetryTopic } from '../topics/topic-names'
import type { IncomingMessage } from './incoming-message'
import { PropertyBit, PropertyScan } from './property-scan'
import { MessageIllegalError, NotServedYetError } from './refusals'
import { requireNotTimed } from './timed-send'

export interface BatchComposerDeps {
  readonly clock: Pick<Clock, 'nowMs'>
}

/**
 * What the properties of a batch decide. They are those of the request: each item has its own, which are stored as the
 * client wrote them, without the broker's stamp. Source: broker/processor/SendMessageProcessor.java, store/CommitLog.java
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
    if (delayLevelIn(scan.text(PropertyBit.DELAY)) > 0) throw new MessageIllegalError('a batch cannot be delayed')
    requireNotTimed(scan, this.deps.clock.nowMs())
    batch.transactionId = scan.text(PropertyBit.UNIQ_KEY)
    if (topic.attributes.get('queue.type') === 'BatchCQ' && batch.transactionId !== null) {
      throw new NotServedYetError('batches stored as one message are')
    }
    batch.waitStoreMessageOk = !scan.has(PropertyBit.WAIT) || scan.isTrue(PropertyBit.WAIT)
    if (topic.topicFilterType === 'MULTI_TAG') batch.sysFlag |= MessageSysFlag.MULTI_TAGS
  }
}
