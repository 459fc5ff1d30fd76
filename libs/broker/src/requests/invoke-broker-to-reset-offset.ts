import type { Log } from '@rocketmq-ts/base'
import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import {
  LanguageCode,
  MqVersion,
  readResetOffsetHeader,
  RemotingResponse,
  resetOffsetJson,
  type MessageQueue,
  type ResetOffsetHeader,
} from '@rocketmq-ts/protocol'
import { answering, type RequestHandler } from '@rocketmq-ts/remoting'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import { ConsumerNotOnlineError, NoOffsetYetError, requireVersion } from '../consumer-calls/consumer-refusals'
import { pushReset } from '../consumer-calls/reset-push'
import { resetTargets, type ResetStore } from '../consumer-offsets/reset-offsets'
import { SubscriptionGroupNotExistError, TopicNotExistError } from '../messages/refusals'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import type { TopicTable } from '../topics/topic-table'

export interface InvokeBrokerToResetOffsetDeps {
  readonly topics: Pick<TopicTable, 'find'>
  readonly groups: Pick<SubscriptionGroupTable, 'findExisting'>
  readonly offsets: Pick<ConsumerOffsetTable, 'assignResetOffset' | 'query'>
  readonly consumers: Pick<ConsumerTable, 'find'>
  readonly store: ResetStore
  readonly config: Pick<BrokerConfig, 'brokerName' | 'useServerSideResetOffset'>
  readonly log: Log
}

/**
 * INVOKE_BROKER_TO_RESET_OFFSET: the next pull of each queue is told to go on at the new offset or, with
 * useServerSideResetOffset=false, every member of the group is told at once. Rejects with MissingFieldError,
 * TopicNotExistError, SubscriptionGroupNotExistError, OffsetOutOfRangeError, NoOffsetYetError, ConsumerNotOnlineError,
 * ClientTooOldError, StorageError.
 */
export function invokeBrokerToResetOffset(deps: InvokeBrokerToResetOffsetDeps): RequestHandler {
  const { topics, store, config, log } = deps
  return answering(async ({ command, channel }) => {
    const header = readResetOffsetHeader(command)
    const { topic, group } = header
    const forC = command.language === LanguageCode.CPP
    const { readQueueNums } = requireTopicAndGroup(header, deps)
    const targets = await resetTargets(header, { store, readQueueNums })
    // The topic may have been deleted while the store searched.
    if (topics.find(topic) === null) throw new TopicNotExistError(`Topic ${topic} does not exist`)
    const offsetTable = config.useServerSideResetOffset
      ? resetHere(header, targets, deps)
      : resetAtConsumers(header, targets, forC, deps)
    log.info({ topic, group, targets: [...targets], remoteAddress: channel.remoteAddress }, 'offsets reset')
    return RemotingResponse.success(null, resetOffsetJson.encode({ offsetTable }))
  })
}

type Targets = ReadonlyMap<number, number>
type OffsetTable = ReadonlyMap<MessageQueue, number>

function resetHere(
  { topic, group }: ResetOffsetHeader,
  targets: Targets,
  { offsets, config: { brokerName } }: InvokeBrokerToResetOffsetDeps,
): OffsetTable {
  for (const [queueId, offset] of targets) offsets.assignResetOffset({ group, topic, queueId, offset })
  return new Map([...targets].map(([queueId, offset]) => [{ brokerName, queueId, topic }, offset]))
}

/**
 * Consumers drop the queues and commit the new offsets themselves. Unless forced, no queue is set forward. Java tells
 * of all queues of the topic, even when one and its offset are named. Source: broker/client/net/Broker2Client.java
 */
function resetAtConsumers(
  header: ResetOffsetHeader,
  targets: Targets,
  forC: boolean,
  { offsets, consumers, config: { brokerName }, log }: InvokeBrokerToResetOffsetDeps,
): OffsetTable {
  const { topic, group, timestamp } = header
  const isForced = header.isForce || header.queueId >= 0
  const offsetTable = new Map<MessageQueue, number>()
  for (const [queueId, target] of targets) {
    const committed = offsets.query(group, topic, queueId)
    if (committed < 0) throw new NoOffsetYetError(group)
    offsetTable.set({ brokerName, queueId, topic }, isForced ? target : Math.min(target, committed))
  }
  const members = consumers.find(group)?.members() ?? []
  if (members.length === 0) throw new ConsumerNotOnlineError(group)
  requireVersion(members, MqVersion.V3_0_7_SNAPSHOT)
  pushReset({ group, topic, timestamp, offsetTable, forC }, members, log)
  return offsetTable
}

function requireTopicAndGroup(
  { topic, group }: ResetOffsetHeader,
  { topics, groups, config }: InvokeBrokerToResetOffsetDeps,
): { readonly readQueueNums: number } {
  const topicConfig = topics.find(topic)
  if (topicConfig === null) throw new TopicNotExistError(`Topic ${topic} does not exist`)
  if (config.useServerSideResetOffset && groups.findExisting(group) === null) {
    throw new SubscriptionGroupNotExistError(`Group ${group} does not exist`)
  }
  return topicConfig
}
