import type { Log } from '@rocketmq-ts/base'
import {
  readResetOffsetHeader,
  RemotingResponse,
  resetOffsetJson,
  type MessageQueue,
  type ResetOffsetHeader,
} from '@rocketmq-ts/protocol'
import { answering, type RequestHandler } from '@rocketmq-ts/remoting'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import { resetTargets, type ResetStore } from '../consumer-offsets/reset-offsets'
import { NotServedYetError, SubscriptionGroupNotExistError, TopicNotExistError } from '../messages/refusals'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import type { TopicTable } from '../topics/topic-table'

export interface InvokeBrokerToResetOffsetDeps {
  readonly topics: Pick<TopicTable, 'find'>
  readonly groups: Pick<SubscriptionGroupTable, 'findExisting'>
  readonly offsets: Pick<ConsumerOffsetTable, 'assignResetOffset'>
  readonly store: ResetStore
  readonly config: Pick<BrokerConfig, 'brokerName' | 'useServerSideResetOffset'>
  readonly log: Log
}

/**
 * INVOKE_BROKER_TO_RESET_OFFSET: the next pull of each queue is told to go on at the new offset. Rejects with
 * MissingFieldError, TopicNotExistError, SubscriptionGroupNotExistError, OffsetOutOfRangeError, StorageError.
 */
export function invokeBrokerToResetOffset(deps: InvokeBrokerToResetOffsetDeps): RequestHandler {
  const { topics, offsets, store, config, log } = deps
  return answering(async ({ command, channel }) => {
    const header = readResetOffsetHeader(command)
    if (!config.useServerSideResetOffset) throw new NotServedYetError('useServerSideResetOffset=false is')
    const { readQueueNums } = requireTopicAndGroup(header, deps)
    const targets = await resetTargets(header, { store, readQueueNums })
    const { topic, group } = header
    // The topic may have been deleted while the store searched.
    if (topics.find(topic) === null) throw new TopicNotExistError(`Topic ${topic} does not exist`)
    const offsetTable = new Map<MessageQueue, number>()
    for (const [queueId, offset] of targets) {
      offsets.assignResetOffset({ group, topic, queueId, offset })
      offsetTable.set({ brokerName: config.brokerName, queueId, topic }, offset)
    }
    log.info({ topic, group, targets: [...targets], remoteAddress: channel.remoteAddress }, 'offsets reset')
    return RemotingResponse.success(null, resetOffsetJson.encode({ offsetTable }))
  })
}

function requireTopicAndGroup(
  { topic, group }: ResetOffsetHeader,
  { topics, groups }: InvokeBrokerToResetOffsetDeps,
): { readonly readQueueNums: number } {
  const topicConfig = topics.find(topic)
  if (topicConfig === null) throw new TopicNotExistError(`Topic ${topic} does not exist`)
  if (groups.findExisting(group) === null) throw new SubscriptionGroupNotExistError(`Group ${group} does not exist`)
  return topicConfig
}
