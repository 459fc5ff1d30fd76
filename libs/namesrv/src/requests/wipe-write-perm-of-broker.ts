import type { Log } from '@rocketmq-ts/base'
import { readWipeWritePermOfBrokerHeader, RemotingResponse, toExtFields, TopicPermission } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { TopicQueueTable } from '../route-info/topic-queue-table'
import { replying } from './replying'

export interface ChangeWritePermDeps {
  readonly topics: Pick<TopicQueueTable, 'changePermission'>
  readonly log: Log
}

/** WIPE_WRITE_PERM_OF_BROKER: producers leave the broker, until it registers something new. Throws MissingFieldError. */
export function wipeWritePermOfBroker({ topics, log }: ChangeWritePermDeps): RequestHandler {
  return replying(request => {
    const { brokerName } = readWipeWritePermOfBrokerHeader(request.command)
    const wipeTopicCount = topics.changePermission(brokerName, perm => perm & ~TopicPermission.WRITE)
    log.info({ brokerName, wipeTopicCount, remoteAddress: request.channel.remoteAddress }, 'write permission wiped')
    return RemotingResponse.success(toExtFields({ wipeTopicCount }))
  })
}
