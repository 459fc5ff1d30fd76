import { MessageSysFlag } from '@rocketmq-ts/protocol'

/** Java's topic of delayed messages: what its queues keep as tagsCode is the time at which the message is due. */
export const SCHEDULE_TOPIC = 'SCHEDULE_TOPIC_XXXX'

/**
 * True if a queue shows the record. A record that is prepared or rolled back by its sysFlag has queue offset 0 and is in
 * no queue. Source: store/DefaultMessageStore.java (CommitLogDispatcherBuildConsumeQueue)
 */
export function isInQueue(sysFlag: number): boolean {
  const transaction = sysFlag & MessageSysFlag.TRANSACTION_MASK
  return transaction === MessageSysFlag.TRANSACTION_NOT || transaction === MessageSysFlag.TRANSACTION_COMMIT
}

/** True if the topic can be the name of a folder, and so have queues. */
export function isTopicName(topic: string): boolean {
  return topic !== '' && topic !== '.' && topic !== '..' && !topic.includes('/') && !topic.includes('\0')
}
