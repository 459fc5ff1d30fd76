import { readAddWritePermOfBrokerHeader, RemotingResponse, toExtFields, TopicPermission } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { ChangeWritePermDeps } from './wipe-write-perm-of-broker'
import { replying } from './replying'

/** ADD_WRITE_PERM_OF_BROKER: all topics of the broker may be read and written, whatever they were before. Throws MissingFieldError. */
export function addWritePermOfBroker({ topics, log }: ChangeWritePermDeps): RequestHandler {
  return replying(request => {
    const { brokerName } = readAddWritePermOfBrokerHeader(request.command)
    const addTopicCount = topics.changePermission(brokerName, () => TopicPermission.READ | TopicPermission.WRITE)
    log.info({ brokerName, addTopicCount, remoteAddress: request.channel.remoteAddress }, 'write permission added')
    return RemotingResponse.success(toExtFields({ addTopicCount }))
  })
}
