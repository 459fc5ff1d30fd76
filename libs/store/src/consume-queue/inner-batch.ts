import { MessageSysFlag, readProperty } from '@rocketmq-ts/protocol'
import { BATCH_MESSAGE_COUNT_MAX } from './batch-consume-queue-entry'

/**
 * A record that holds several messages, in the body as the producer encoded them: `INNER_NUM` says how many, `INNER_BASE`
 * the queue offset of the first. Source: store/CommitLog.java (setBatchSizeIfNeeded)
 */
export function isInnerBatch(sysFlag: number): boolean {
  return (sysFlag & MessageSysFlag.INNER_BATCH) !== 0
}

/** How many messages the properties say that the record holds; 0 if they do not say it, or say nonsense. */
export function innerMessageCountIn(properties: Buffer): number {
  const messageCount = Number(readProperty(properties, 'INNER_NUM') ?? 0)
  const isCount = Number.isInteger(messageCount) && messageCount > 0 && messageCount <= BATCH_MESSAGE_COUNT_MAX
  return isCount ? messageCount : 0
}

/** The property that says where the messages begin, to stand behind others. */
export function innerBaseProperty(baseOffset: number): string {
  return `INNER_BASE\x01${baseOffset}\x02`
}
