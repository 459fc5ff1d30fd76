import type { Log } from '@rocketmq-ts/base'
import { readDeleteTopicHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import { answering, type RequestHandler } from '@rocketmq-ts/remoting'
import type { BrokerConfig } from '../broker-config'
import type { LiteLifecycle } from '../lite/lite-lifecycle'
import { deleteTopic, type DeleteTopicDeps } from '../topics/delete-topic'
import type { TopicTable } from '../topics/topic-table'
import { IllegalTopicError } from '../topics/topic-update-checks'

export interface DeleteTopicInBrokerDeps extends DeleteTopicDeps {
  readonly topics: Pick<TopicTable, 'find' | 'delete' | 'isSystemTopic'>
  readonly liteLifecycle: Pick<LiteLifecycle, 'deleteAllOf'>
  readonly config: Pick<BrokerConfig, 'validateSystemTopicWhenUpdateTopic' | 'clearRetryTopicWhenDeleteTopic'>
  readonly log: Log
}

/** DELETE_TOPIC_IN_BROKER, and its lite topics with it. Rejects with MissingFieldError, IllegalTopicError, NotKeptError, StorageError. */
export function deleteTopicInBroker(deps: DeleteTopicInBrokerDeps): RequestHandler {
  return answering(async ({ command, channel }) => {
    const { topic } = readDeleteTopicHeader(command)
    if (topic.trim() === '') throw new IllegalTopicError('The specified topic is blank.')
    if (deps.config.validateSystemTopicWhenUpdateTopic && deps.topics.isSystemTopic(topic)) {
      throw new IllegalTopicError(`The topic[${topic}] is conflict with system topic.`)
    }
    deps.log.info({ topic, remoteAddress: channel.remoteAddress }, 'topic deletion asked for')
    await deps.liteLifecycle.deleteAllOf(topic)
    await deleteTopic(topic, deps)
    return RemotingResponse.success()
  })
}
