import type { Clock } from '@rocketmq-ts/base'
import type { PopMessageHeader, SubscriptionGroupConfig, TopicConfig } from '@rocketmq-ts/protocol'
import type { RemotingRequest } from '@rocketmq-ts/remoting'
import type { MessageFilter } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import {
  FAQ_HINT,
  IllegalQueueError,
  NoPermissionError,
  SubscriptionGroupNotExistError,
  TopicNotExistError,
} from '../messages/refusals'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import { isReadable } from '../topics/permission'
import type { TopicTable } from '../topics/topic-table'
import { IllegalPopError, PopTooLateError } from './pop-refusals'
import type { PopSubscriptions } from './pop-subscriptions'

/** As many as a check point has bits for. */
export const MESSAGE_COUNT_MAX = 32
/** A request that is older than what it may wait, and this, has nobody who waits for it any more. */
const TOO_LATE_MS = 500

export interface PeekChecksDeps {
  readonly config: Pick<BrokerConfig, 'brokerIP1' | 'brokerPermission'>
  readonly topics: Pick<TopicTable, 'find'>
  readonly groups: Pick<SubscriptionGroupTable, 'find'>
}

export interface PopChecksDeps extends PeekChecksDeps {
  readonly subscriptions: Pick<PopSubscriptions, 'filterOf'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** What is popped, and as whom. */
export interface PoppedTopic {
  readonly topic: TopicConfig
  readonly group: SubscriptionGroupConfig
}

export interface AllowedPop extends PoppedTopic {
  /** Null takes every message. */
  readonly filter: MessageFilter | null
}

type Asked = Pick<PopMessageHeader, 'consumerGroup' | 'topic' | 'queueId'>
type Asking = Pick<RemotingRequest, 'channel'>

/** Java's checks in Java's order. Throws the RefusedError of the first that fails. Source: broker/processor/PopMessageProcessor.java */
export function requirePoppable(header: PopMessageHeader, asking: Asking, deps: PopChecksDeps): AllowedPop {
  const { brokerIP1 } = deps.config
  if (isTooLate(header, deps.clock.nowMs())) {
    throw new PopTooLateError(`the broker[${brokerIP1}] pop message is timeout too much`)
  }
  requireReadableBroker('pop', deps)
  if (header.maxMsgNums > MESSAGE_COUNT_MAX) {
    throw new IllegalPopError(`the broker[${brokerIP1}] pop message's num is greater than ${MESSAGE_COUNT_MAX}`)
  }
  const popped = requireTopicAndGroup(header, asking, deps)
  const { consumerGroup: group, exp: expression, expType: expressionType } = header
  const filter = deps.subscriptions.filterOf({ group, topic: header.topic, expression, expressionType })
  return { ...popped, filter }
}

/** Of those who look without taking. Throws the RefusedError of the first that fails. Source: broker/processor/PeekMessageProcessor.java */
export function requirePeekable(asked: Asked, asking: Asking, deps: PeekChecksDeps): PoppedTopic {
  requireReadableBroker('peeking', deps)
  return requireTopicAndGroup(asked, asking, deps)
}

function requireReadableBroker(what: string, { config }: PeekChecksDeps): void {
  if (isReadable(config.brokerPermission)) return
  throw new NoPermissionError(`the broker[${config.brokerIP1}] ${what} message is forbidden`)
}

function requireTopicAndGroup(
  { topic: name, queueId, consumerGroup }: Asked,
  { channel }: Asking,
  deps: PeekChecksDeps,
): PoppedTopic {
  const topic = requireTopic(name, deps)
  if (queueId >= topic.readQueueNums) {
    throw new IllegalQueueError(
      `queueId[${queueId}] is illegal, topic:[${name}] topicConfig.readQueueNums:[${topic.readQueueNums}] ` +
        `consumer:[/${channel.remoteAddress}]`,
    )
  }
  return { topic, group: requireGroup(consumerGroup, deps) }
}

export function isTooLate(
  { bornTime, pollTime }: Pick<PopMessageHeader, 'bornTime' | 'pollTime'>,
  nowMs: number,
): boolean {
  return bornTime > 0 && nowMs - bornTime - pollTime > TOO_LATE_MS
}

function requireTopic(name: string, { topics }: PeekChecksDeps): TopicConfig {
  const topic = topics.find(name)
  if (topic === null) throw new TopicNotExistError(`topic[${name}] not exist, apply first please! ${FAQ_HINT}`)
  if (!isReadable(topic.perm)) throw new NoPermissionError(`the topic[${name}] peeking message is forbidden`)
  return topic
}

function requireGroup(name: string, { groups }: PeekChecksDeps): SubscriptionGroupConfig {
  const group = groups.find(name)
  if (group === null) {
    throw new SubscriptionGroupNotExistError(`subscription group [${name}] does not exist, ${FAQ_HINT}`)
  }
  if (!group.consumeEnable) throw new NoPermissionError(`subscription group no permission, ${name}`)
  return group
}
