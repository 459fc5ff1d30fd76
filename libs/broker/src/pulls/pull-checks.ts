import type { Clock } from '@rocketmq-ts/base'
import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import { RequestCode } from '@rocketmq-ts/protocol'
import type { PullMessageHeader, SubscriptionData, SubscriptionGroupConfig, TopicConfig } from '@rocketmq-ts/protocol'
import type { RemotingRequest } from '@rocketmq-ts/remoting'
import type { MessageFilter } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import type { PullFilters } from '../filter/pull-filters'
import { parseSubscription } from '../filter/subscription-expression'
import { FAQ_HINT, IllegalQueueError, SubscriptionGroupNotExistError, TopicNotExistError } from '../messages/refusals'
import { isSystemGroup } from '../subscription-groups/boot-groups'
import { ForbiddenBit } from '../subscription-groups/subscription-group-table'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import { isReadable } from '../topics/permission'
import type { TopicTable } from '../topics/topic-table'
import {
  ForbiddenType,
  PullForbiddenError,
  SubscriptionNotExistError,
  SubscriptionNotLatestError,
} from './pull-refusals'
import { PullSysFlag } from './pull-sys-flag'

export interface PullChecksDeps {
  readonly config: Pick<
    BrokerConfig,
    'brokerIP1' | 'brokerPermission' | 'litePullMessageEnable' | 'rejectPullConsumerEnable'
  >
  readonly topics: Pick<TopicTable, 'find'>
  readonly groups: Pick<SubscriptionGroupTable, 'find' | 'isForbidden'>
  readonly consumers: Pick<ConsumerTable, 'find' | 'compensated'>
  readonly filters: Pick<PullFilters, 'ofGiven' | 'ofHeartbeat'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** A pull that is allowed, and what its answer depends on. */
export interface AllowedPull {
  readonly topic: TopicConfig
  readonly group: SubscriptionGroupConfig
  /** Null takes every message. */
  readonly filter: MessageFilter | null
}

type PullRequest = Pick<RemotingRequest, 'command' | 'channel'>

/** Java's checks in Java's order. Throws the RefusedError of the first that fails. Source: broker/processor/PullMessageProcessor.java */
export function requirePullable(header: PullMessageHeader, request: PullRequest, deps: PullChecksDeps): AllowedPull {
  requireReadableBroker(request.command.code, deps)
  const group = requireGroup(header.consumerGroup, deps)
  const topic = requireTopic(header.topic, deps)
  const { queueId } = header
  if (queueId < 0 || queueId >= topic.readQueueNums) {
    throw new IllegalQueueError(
      `queueId[${queueId}] is illegal, topic:[${header.topic}] topicConfig.readQueueNums:[${topic.readQueueNums}] ` +
        `consumer:[/${request.channel.remoteAddress}]`,
    )
  }
  const hasSubscription = (header.sysFlag & PullSysFlag.SUBSCRIPTION) !== 0
  const filter = hasSubscription
    ? deps.filters.ofGiven(givenSubscription(header, deps), header)
    : deps.filters.ofHeartbeat(knownSubscription(header, group, deps), header)
  if (deps.config.rejectPullConsumerEnable) requirePushConsumer(header.consumerGroup, request, deps)
  return { topic, group, filter }
}

function requireReadableBroker(requestCode: number, { config }: PullChecksDeps): void {
  const { brokerIP1, brokerPermission, litePullMessageEnable } = config
  if (!isReadable(brokerPermission)) {
    throw new PullForbiddenError(`the broker[${brokerIP1}] pulling message is forbidden`, ForbiddenType.BROKER)
  }
  if (requestCode === RequestCode.LITE_PULL_MESSAGE && !litePullMessageEnable) {
    throw new PullForbiddenError(`the broker[${brokerIP1}] for lite pull consumer is forbidden`, ForbiddenType.BROKER)
  }
}

function requireGroup(name: string, { groups }: PullChecksDeps): SubscriptionGroupConfig {
  const group = groups.find(name)
  if (group === null) {
    throw new SubscriptionGroupNotExistError(`subscription group [${name}] does not exist, ${FAQ_HINT}`)
  }
  if (!group.consumeEnable) {
    throw new PullForbiddenError(`subscription group no permission, ${name}`, ForbiddenType.GROUP)
  }
  return group
}

function requireTopic(name: string, { topics }: PullChecksDeps): TopicConfig {
  const topic = topics.find(name)
  if (topic === null) throw new TopicNotExistError(`topic[${name}] not exist, apply first please! ${FAQ_HINT}`)
  if (!isReadable(topic.perm)) {
    throw new PullForbiddenError(`the topic[${name}] pulling message is forbidden`, ForbiddenType.TOPIC)
  }
  return topic
}

/** The request says itself what it wants. */
function givenSubscription(header: PullMessageHeader, { consumers, clock }: PullChecksDeps): SubscriptionData {
  const { topic, subscription: expression, expressionType } = header
  const subscription = parseSubscription({ topic, expression, expressionType, subVersion: clock.nowMs() })
  consumers.compensated.put(header.consumerGroup, subscription)
  return subscription
}

/** What the group's heartbeats said. */
function knownSubscription(
  { consumerGroup, topic, subVersion }: PullMessageHeader,
  group: SubscriptionGroupConfig,
  { consumers, groups }: PullChecksDeps,
): SubscriptionData {
  const consumer = consumers.find(consumerGroup)
  if (consumer === null) throw new SubscriptionNotExistError(`the consumer's group info not exist${FAQ_HINT}`)
  if (!group.consumeBroadcastEnable && consumer.isBroadcasting) {
    const text = `the consumer group[${consumerGroup}] can not consume by broadcast way`
    throw new PullForbiddenError(text, ForbiddenType.BROADCASTING)
  }
  if (groups.isForbidden(consumerGroup, topic, ForbiddenBit.CONSUME)) {
    const text = `the consumer group[${consumerGroup}] is forbidden for topic[${topic}]`
    throw new PullForbiddenError(text, ForbiddenType.SUBSCRIPTION)
  }
  const subscription = consumer.subscriptions.find(topic)
  if (subscription === null) throw new SubscriptionNotExistError(`the consumer's subscription not exist${FAQ_HINT}`)
  if (subscription.subVersion < subVersion) throw new SubscriptionNotLatestError()
  return subscription
}

/** Only members of the group may pull, unless the group gets its messages pushed. */
function requirePushConsumer(groupName: string, { channel }: PullRequest, { consumers }: PullChecksDeps): void {
  const consumer = consumers.find(groupName)
  if (consumer !== null && consumer.manner.consumeType !== 'CONSUME_ACTIVELY') return
  if (consumer?.findChannel(channel) != null || isSystemGroup(groupName)) return
  throw new SubscriptionNotExistError(
    `the consumer's group info not exist, or the pull consumer is rejected by server.${FAQ_HINT}`,
  )
}
