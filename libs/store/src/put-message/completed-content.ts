import { withPropertyCrc } from '@rocketmq-ts/protocol'
import type { StoredMessageContent } from '@rocketmq-ts/protocol'
import { innerBaseProperty, isInnerBatch } from '../consume-queue/inner-batch'

const PROPERTY_END = 0x02
const NO_BYTES = Buffer.alloc(0)

/** The content as it is stored at `queueOffset`, with the properties that the store itself adds. */
export function completedContent(
  content: StoredMessageContent,
  queueOffset: number,
  appendsPropertyCrc: boolean,
): StoredMessageContent {
  const placed = isInnerBatch(content.sysFlag) ? withInnerBase(content, queueOffset) : content
  return appendsPropertyCrc ? withPropertyCrc(placed) : placed
}

function withInnerBase(content: StoredMessageContent, baseOffset: number): StoredMessageContent {
  const { topic, queueId, flag, sysFlag, bornTimestamp, bornHost } = content
  const { reconsumeTimes, preparedTransactionOffset, body, properties, addedProperties = NO_BYTES } = content
  const before = Buffer.concat([properties, addedProperties])
  const isOpen = before.length > 0 && before[before.length - 1] !== PROPERTY_END
  const base = `${isOpen ? '\x02' : ''}${innerBaseProperty(baseOffset)}`
  return {
    ...{ topic, queueId, flag, sysFlag, bornTimestamp, bornHost, reconsumeTimes, preparedTransactionOffset, body },
    properties: before,
    addedProperties: Buffer.from(base),
  }
}
