import {
  readConsumerSendMsgBackHeader,
  readProperty,
  readStoredMessage,
  RemotingResponse,
  TopicPermission,
} from '@rocketmq-ts/protocol'
import type { ConsumerSendMsgBackHeader, StoredMessage, SubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import { backMessageOf } from '../messages/back-message'
import {
  FAQ_HINT,
  MessageNotFoundError,
  NoPermissionError,
  NotStoredError,
  SubscriptionGroupNotExistError,
} from '../messages/refusals'
import { ensureDeadLetterTopic, retryLimitOf } from '../messages/retry-limit'
import { putMessage } from '../messages/store-calls'
import type { DelayLevels } from '../schedule/delay-levels'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import { isWritable } from '../topics/permission'
import { retryTopicOf } from '../topics/topic-names'
import type { TopicFile } from '../topics/topic-file'
import type { TopicTable } from '../topics/topic-table'

/** The level of the first retry: 10 s. */
const FIRST_RETRY_LEVEL = 3

export interface ConsumerSendMessageBackDeps {
  readonly config: Pick<BrokerConfig, 'brokerIP1' | 'brokerPermission'>
  readonly topics: Pick<TopicTable, 'ensureForSendBack'>
  readonly topicFile: Pick<TopicFile, 'isSaved' | 'saved'>
  readonly groups: Pick<SubscriptionGroupTable, 'find'>
  readonly store: Pick<MessageStore, 'readRecord' | 'put'>
  readonly delayLevels: DelayLevels
  readonly statistics: Pick<BrokerStatistics, 'onSendBack' | 'onDeadLetter'>
}

/**
 * CONSUMER_SEND_MSG_BACK: a consumer could not make use of a message and wants it again later; after too many times it
 * is a dead letter. The broker has the message and copies it. Source: broker/processor/AbstractSendMessageProcessor.java
 */
export function consumerSendMessageBack(deps: ConsumerSendMessageBackDeps): RequestHandler {
  let backCount = 0
  return answering(async ({ command }) => {
    const header = readConsumerSendMsgBackHeader(command)
    const group = requireGroup(header, deps)
    if (group.retryQueueNums <= 0) return RemotingResponse.success()
    const topic = requireRetryTopic(header, group, deps)
    const message = await requireMessage(header.offset, deps)
    backCount += 1
    const isDead = isDeadLetter(message, header, retryLimitOf(group, { ...header, version: command.version }))
    const to = isDead
      ? { topic: ensureDeadLetterTopic(header.group, deps.topics).topicName, queueId: 0, delayLevel: 0 }
      : { topic, queueId: backCount % group.retryQueueNums, delayLevel: delayLevelOf(message, header) }
    if (!deps.topicFile.isSaved(to.topic)) await deps.topicFile.saved()
    const { status, reason } = await putMessage(deps.store, backMessageOf(message, to, deps.delayLevels))
    if (status !== 'PUT_OK') throw new NotStoredError(reason === null ? status : `${status}: ${reason}`)
    deps.statistics.onSendBack(header.group, readProperty(message.properties, 'RETRY_TOPIC') ?? message.topic)
    if (isDead) deps.statistics.onDeadLetter(header.group, header.originTopic ?? message.topic)
    return RemotingResponse.success()
  })
}

function requireGroup(
  { group: name }: ConsumerSendMsgBackHeader,
  { groups, config }: ConsumerSendMessageBackDeps,
): SubscriptionGroupConfig {
  const group = groups.find(name)
  if (group === null) throw new SubscriptionGroupNotExistError(`subscription group not exist, ${name} ${FAQ_HINT}`)
  if (!isWritable(config.brokerPermission)) {
    throw new NoPermissionError(`the broker[${config.brokerIP1}] sending message is forbidden`)
  }
  return group
}

function requireRetryTopic(
  { group, unitMode }: ConsumerSendMsgBackHeader,
  { retryQueueNums: queueNums }: SubscriptionGroupConfig,
  { topics }: ConsumerSendMessageBackDeps,
): string {
  const topic = retryTopicOf(group)
  const perm = TopicPermission.READ | TopicPermission.WRITE
  if (!isWritable(topics.ensureForSendBack({ topic, queueNums, perm, unitMode }).perm)) {
    throw new NoPermissionError(`the topic[${topic}] sending message is forbidden`)
  }
  return topic
}

async function requireMessage(offset: number, { store }: ConsumerSendMessageBackDeps): Promise<StoredMessage> {
  const record = await store.readRecord(offset)
  if (record === null) throw new MessageNotFoundError(`look message by offset failed, ${offset}`)
  return readStoredMessage(record, 0)
}

function isDeadLetter(
  { reconsumeTimes }: StoredMessage,
  { delayLevel }: ConsumerSendMsgBackHeader,
  retryLimit: number,
): boolean {
  return delayLevel < 0 || reconsumeTimes >= retryLimit
}

/** What the consumer asks for, else a longer delay after each time. */
function delayLevelOf({ reconsumeTimes }: StoredMessage, { delayLevel }: ConsumerSendMsgBackHeader): number {
  return delayLevel === 0 ? FIRST_RETRY_LEVEL + reconsumeTimes : delayLevel
}
