import type { Log } from '@rocketmq-ts/base'
import { RemotingResponse, setMessageRequestModeJson } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageRequestModeTable } from '../assignments/message-request-mode-table'
import { NoPermissionError, SubscriptionGroupNotExistError, TopicNotExistError } from '../messages/refusals'
import type { SubscriptionGroupTable } from '../subscription-groups/subscription-group-table'
import type { TableFile } from '../table-file'
import { isRetryTopic } from '../topics/topic-names'
import type { TopicTable } from '../topics/topic-table'

export interface SetMessageRequestModeDeps {
  readonly requestModes: Pick<MessageRequestModeTable, 'set'>
  readonly requestModeFile: Pick<TableFile, 'changed' | 'saved'>
  readonly topics: Pick<TopicTable, 'find'>
  readonly groups: Pick<SubscriptionGroupTable, 'find'>
  readonly log: Log
}

/** SET_MESSAGE_REQUEST_MODE: a group pulls a topic, or pops it. Source: broker/processor/QueryAssignmentProcessor.java */
export function setMessageRequestMode(deps: SetMessageRequestModeDeps): RequestHandler {
  return answering(async ({ command, channel }) => {
    const mode = setMessageRequestModeJson.decode(command.body)
    const topic = mode.topic ?? ''
    const group = mode.consumerGroup ?? ''
    if (isRetryTopic(topic)) throw new NoPermissionError('retry topic is not allowed to set mode')
    if (deps.topics.find(topic) === null) throw new TopicNotExistError(`topic[${topic}] not exist`)
    if (deps.groups.find(group) === null) throw new SubscriptionGroupNotExistError('subscription group does not exist')
    deps.requestModes.set(topic, group, mode)
    deps.log.info({ topic, group, mode: mode.mode, remoteAddress: channel.remoteAddress }, 'message request mode set')
    deps.requestModeFile.changed()
    await deps.requestModeFile.saved()
    return RemotingResponse.success()
  })
}
