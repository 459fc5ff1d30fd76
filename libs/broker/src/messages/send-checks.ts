import type { Clock } from '@rocketmq-ts/base'
import { TopicPermission } from '@rocketmq-ts/protocol'
import type { SendMessageHeader, TopicConfig } from '@rocketmq-ts/protocol'
import type { BrokerConfig } from '../broker-config'
import { isWritable } from '../topics/permission'
import { topicConfigText } from '../topics/topic-config'
import { isRetryTopic, SystemTopic } from '../topics/topic-names'
import type { TopicTable } from '../topics/topic-table'
import { requireLegalTopicName, requireOpenToClients, SendForbiddenError } from '../topics/topic-validator'
import { FAQ_HINT, IllegalQueueError, NoPermissionError, NotAcceptingYetError, TopicNotExistError } from './refusals'

export type SendChecksConfig = Pick<BrokerConfig, 'brokerIP1' | 'brokerPermission' | 'startAcceptSendRequestTimeStamp'>

export interface SendChecksDeps {
  readonly config: SendChecksConfig
  readonly topics: Pick<TopicTable, 'find' | 'ensureForSend' | 'ensureForSendBack'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/**
 * May this be sent, and to what topic: Java's checks in Java's order. The write permission of the topic itself is not
 * among them. Throws the RefusedError of the first check that fails. Source: broker/processor/AbstractSendMessageProcessor.java
 */
export function requireSendable(header: SendMessageHeader, remoteAddress: string, deps: SendChecksDeps): TopicConfig {
  const { config, topics, clock } = deps
  const fromMs = config.startAcceptSendRequestTimeStamp
  if (fromMs > 0 && clock.nowMs() < fromMs) throw new NotAcceptingYetError(fromMs)
  const existing = topics.find(header.topic)
  if (existing?.order === true && !isWritable(config.brokerPermission)) {
    throw new NoPermissionError(`the broker[${config.brokerIP1}] sending message is forbidden`)
  }
  requireLegalTopicName(header.topic)
  requireOpenToClients(header.topic)
  // Java takes it, and its timer then stops for good at a message without a time.
  if (header.topic === SystemTopic.TIMER) throw new SendForbiddenError(header.topic)
  const topic = existing ?? createTopic(header, remoteAddress, topics)
  if (header.queueId >= Math.max(topic.readQueueNums, topic.writeQueueNums)) {
    const text = topicConfigText(topic)
    throw new IllegalQueueError(`request queueId[${header.queueId}] is illegal, ${text} Producer: ${remoteAddress}`)
  }
  return topic
}

function createTopic(header: SendMessageHeader, remoteAddress: string, topics: SendChecksDeps['topics']): TopicConfig {
  const { topic, defaultTopic, defaultTopicQueueNums, unitMode } = header
  const created = topics.ensureForSend({ topic, defaultTopic, defaultTopicQueueNums, unitMode, remoteAddress })
  if (created) return created
  if (isRetryTopic(topic)) {
    return topics.ensureForSendBack({
      topic,
      queueNums: 1,
      perm: TopicPermission.READ | TopicPermission.WRITE,
      unitMode,
    })
  }
  throw new TopicNotExistError(`topic[${topic}] not exist, apply first please!${FAQ_HINT}`)
}
