import type { Clock } from '@rocketmq-ts/base'
import type { PopMessageHeader, TopicConfig } from '@rocketmq-ts/protocol'
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
const MESSAGE_COUNT_MAX = 32
/** A request that is older than what it may wait, and this, has nobody who waits for it any more. */
const TOO_LATE_MS = 500

export interface PopChecksDeps {
  readonly config: Pick<BrokerConfig, 'brokerIP1' | 'brokerPermission'>
  readonly topics: Pick<TopicTable, 'find'>
  readonly groups: Pick<SubscriptionGroupTable, 'find'>
  readonly subscriptions: Pick<PopSubscriptions, 'filterOf'>
  readonly clock: Pick<Clock, 'nowMs'>
}

export interface AllowedPop {
  readonly topic: TopicConfig
  /** Null takes every message. */
  readonly filter: MessageFilter | null
}

/** Java's checks in Java's order. Throws the RefusedError of the first that fails. Source: broker/processor/PopMessageProcessor.java */
export function requirePoppable(
  header: PopMessageHeader,
  { channel }: Pick<RemotingRequest, 'channel'>,
  deps: PopChecksDeps,
): AllowedPop {
  const { brokerIP1, brokerPermission } = deps.config
  if (isTooLate(header, deps.clock.nowMs())) {
    throw new PopTooLateError(`the broker[${brokerIP1}] pop message is timeout too much`)
  }
  if (!isReadable(brokerPermission)) throw new NoPermissionError(`the broker[${brokerIP1}] pop message is forbidden`)
  if (header.maxMsgNums > MESSAGE_COUNT_MAX) {
    throw new IllegalPopError(`the broker[${brokerIP1}] pop message's num is greater than ${MESSAGE_COUNT_MAX}`)
  }
  const topic = requireTopic(header.topic, deps)
  if (header.queueId >= topic.readQueueNums) {
    throw new IllegalQueueError(
      `queueId[${header.queueId}] is illegal, topic:[${header.topic}] topicConfig.readQueueNums:[${topic.readQueueNums}] ` +
        `consumer:[/${channel.remoteAddress}]`,
    )
  }
  requireGroup(header.consumerGroup, deps)
  const { consumerGroup: group, exp: expression, expType: expressionType } = header
  return { topic, filter: deps.subscriptions.filterOf({ group, topic: header.topic, expression, expressionType }) }
}

function isTooLate({ bornTime, pollTime }: PopMessageHeader, nowMs: number): boolean {
  return bornTime > 0 && nowMs - bornTime - pollTime > TOO_LATE_MS
}

function requireTopic(name: string, { topics }: PopChecksDeps): TopicConfig {
  const topic = topics.find(name)
  if (topic === null) throw new TopicNotExistError(`topic[${name}] not exist, apply first please! ${FAQ_HINT}`)
  if (!isReadable(topic.perm)) throw new NoPermissionError(`the topic[${name}] peeking message is forbidden`)
  return topic
}

function requireGroup(name: string, { groups }: PopChecksDeps): void {
  const group = groups.find(name)
  if (group === null) {
    throw new SubscriptionGroupNotExistError(`subscription group [${name}] does not exist, ${FAQ_HINT}`)
  }
  if (!group.consumeEnable) throw new NoPermissionError(`subscription group no permission, ${name}`)
}
