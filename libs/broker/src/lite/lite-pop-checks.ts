import type { Clock } from '@rocketmq-ts/base'
import type { PopLiteMessageHeader } from '@rocketmq-ts/protocol'
import type { BrokerConfig } from '../broker-config'
import { FAQ_HINT, NoPermissionError, SubscriptionGroupNotExistError, TopicNotExistError } from '../messages/refusals'
import { isTooLate, MESSAGE_COUNT_MAX } from '../pop/pop-checks'
import { IllegalPopError, PopTooLateError } from '../pop/pop-refusals'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import { isReadable } from '../topics/permission'
import type { TopicTable } from '../topics/topic-table'
import { boundTopicOf } from './lite-groups'

export interface LitePopChecksDeps {
  readonly config: Pick<BrokerConfig, 'brokerIP1' | 'brokerPermission'>
  readonly topics: Pick<TopicTable, 'find'>
  readonly groups: Pick<SubscriptionGroupTable, 'find'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** Java's checks in Java's order. Throws the RefusedError of the first that fails. Source: broker/processor/PopLiteMessageProcessor.java */
export function requireLitePoppable(header: PopLiteMessageHeader, deps: LitePopChecksDeps): void {
  const { brokerIP1, brokerPermission } = deps.config
  const { maxMsgNum, topic, consumerGroup } = header
  if (isTooLate(header, deps.clock.nowMs())) {
    throw new PopTooLateError(`the broker[${brokerIP1}] pop message is timeout too much`)
  }
  if (!isReadable(brokerPermission)) throw new NoPermissionError(`the broker[${brokerIP1}] pop message is forbidden`)
  if (maxMsgNum > MESSAGE_COUNT_MAX) {
    throw new IllegalPopError(`the broker[${brokerIP1}] pop message's num is greater than ${MESSAGE_COUNT_MAX}`)
  }
  requireLiteTopic(topic, deps)
  requireBoundGroup(consumerGroup, topic, deps)
}

function requireLiteTopic(name: string, { topics }: LitePopChecksDeps): void {
  const topic = topics.find(name)
  if (topic === null) throw new TopicNotExistError(`topic [${name}] not exist, apply first please! ${FAQ_HINT}`)
  if (!isReadable(topic.perm)) throw new NoPermissionError(`the topic [${name}] peeking message is forbidden`)
  if (topic.attributes.get('message.type') !== 'LITE') {
    throw new IllegalPopError(`the topic [${name}] message type not match`)
  }
}

function requireBoundGroup(name: string, topic: string, { groups }: LitePopChecksDeps): void {
  const group = groups.find(name)
  if (group === null) throw new SubscriptionGroupNotExistError(`subscription group [${name}] not exist, ${FAQ_HINT}`)
  if (!group.consumeEnable) throw new NoPermissionError(`subscription group no permission, ${name}`)
  if (boundTopicOf(group) !== topic) throw new IllegalPopError(`subscription bind topic not match, ${name}`)
}
