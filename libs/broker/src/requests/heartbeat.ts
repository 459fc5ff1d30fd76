import type { Log } from '@rocketmq-ts/base'
import type { Client, ConsumerTable, ProducerTable } from '@rocketmq-ts/client-housekeeping'
import { heartbeatDataJson, RemotingResponse, TopicPermission } from '@rocketmq-ts/protocol'
import type { ConsumerData, HeartbeatData } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerFilterTable } from '../filter/consumer-filter-table'
import type { BrokerRegistration } from '../registration/broker-registration'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import { retryTopicOf } from '../topics/topic-names'
import type { TopicTable } from '../topics/topic-table'

export interface HeartbeatDeps {
  readonly config: Pick<BrokerConfig, 'rejectPullConsumerEnable'>
  readonly topics: Pick<TopicTable, 'ensureForSendBack' | 'find' | 'isOrdered'>
  readonly groups: Pick<SubscriptionGroupTable, 'find'>
  readonly producers: Pick<ProducerTable, 'register'>
  readonly consumers: Pick<ConsumerTable, 'register'>
  readonly consumerFilters: Pick<ConsumerFilterTable, 'register'>
  readonly registration: Pick<BrokerRegistration, 'announced'>
  readonly log: Log
}

/**
 * HEART_BEAT: a client says which groups it produces and consumes for. A consumer group is made with its retry topic,
 * which its consumers look up right after their first heartbeat, hence the wait for the NameServers.
 * Source: broker/processor/ClientManageProcessor.java
 */
export function heartbeat(deps: HeartbeatDeps): RequestHandler {
  return answering(async ({ command, channel }) => {
    const beat = heartbeatDataJson.decode(command.body)
    const client = { channel, clientId: beat.clientID, language: command.language, version: command.version }
    const retryTopicsAreKnown = beat.consumerDataSet.every(({ groupName }) => deps.topics.find(retryTopicOf(groupName)))
    // The first version of the heartbeat has no such thing: always true, as Java says.
    let isSubscriptionChanged = beat.heartbeatFingerprint === 0
    for (const consumer of beat.consumerDataSet) {
      if (registerConsumer(consumer, { beat, client }, deps)) isSubscriptionChanged = true
    }
    for (const { groupName } of beat.producerDataSet) deps.producers.register(groupName, client)
    if (!retryTopicsAreKnown) await deps.registration.announced()
    return RemotingResponse.success({
      IS_SUPPORT_HEART_BEAT_V2: 'true',
      IS_SUB_CHANGE: String(isSubscriptionChanged),
    })
  })
}

/** True if the client should send its subscriptions in full. A group that is not to be is passed over in silence. */
function registerConsumer(
  consumer: ConsumerData,
  { beat, client }: { readonly beat: HeartbeatData; readonly client: Client },
  deps: HeartbeatDeps,
): boolean {
  const { groupName, subscriptionDataSet, unitMode } = consumer
  if (deps.config.rejectPullConsumerEnable && consumer.consumeType === 'CONSUME_ACTIVELY') return false
  const group = deps.groups.find(groupName)
  if (!group) {
    deps.log.debug({ group: groupName }, 'heartbeat of a group that does not exist')
    return false
  }
  deps.topics.ensureForSendBack({
    topic: retryTopicOf(groupName),
    queueNums: group.retryQueueNums,
    perm: TopicPermission.READ | TopicPermission.WRITE,
    unitMode,
    order: subscriptionDataSet.some(({ topic }) => deps.topics.isOrdered(topic)),
  })
  const subscriptions = beat.heartbeatFingerprint !== 0 && beat.withoutSub ? null : subscriptionDataSet
  if (subscriptions !== null) deps.consumerFilters.register(groupName, subscriptions)
  const { isSubscriptionChanged } = deps.consumers.register({
    group: groupName,
    client,
    manner: consumer,
    subscriptions,
    heartbeatFingerprint: beat.heartbeatFingerprint,
    notifyConsumerIdsChangedEnable: group.notifyConsumerIdsChangedEnable,
  })
  return isSubscriptionChanged
}
