import type { Log } from '@rocketmq-ts/base'
import { readCreateTopicHeader, RemotingResponse, topicConfigListJson, type TopicConfig } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { parseAttributeChanges } from '../attributes/parse-attribute-changes'
import type { BrokerConfig } from '../broker-config'
import type { BrokerRegistration } from '../registration/broker-registration'
import type { TopicFile } from '../topics/topic-file'
import type { TopicTable } from '../topics/topic-table'
import { checkTopicUpdate } from '../topics/topic-update-checks'

export interface UpdateAndCreateTopicDeps {
  readonly topics: Pick<TopicTable, 'find' | 'update' | 'isSystemTopic'>
  readonly config: Pick<BrokerConfig, 'validateSystemTopicWhenUpdateTopic' | 'enableMixedMessageType'>
  readonly topicFile: Pick<TopicFile, 'saved'>
  readonly registration: Pick<BrokerRegistration, 'announced'>
  readonly log: Log
}

/**
 * UPDATE_AND_CREATE_TOPIC, answered when it is on the disk and NameServers know of it: tools ask them for the route
 * next. Rejects with MissingFieldError, IllegalNameError, IllegalTopicError, IllegalAttributeError, NotKeptError.
 */
export function updateAndCreateTopic(deps: UpdateAndCreateTopicDeps): RequestHandler {
  return answering(async request => {
    const header = readCreateTopicHeader(request.command)
    const { topic: topicName, readQueueNums, writeQueueNums, perm, topicFilterType, topicSysFlag, order } = header
    const attributes = parseAttributeChanges(header.attributes)
    const wanted = { topicName, readQueueNums, writeQueueNums, perm, topicFilterType, topicSysFlag, order, attributes }
    deps.log.info({ topic: topicName, remoteAddress: request.channel.remoteAddress }, 'topic update asked for')
    await updateTopics([wanted], deps)
    return RemotingResponse.success()
  })
}

/** UPDATE_AND_CREATE_TOPIC_LIST: all or none. Java applies nothing if one of them is unchanged; here the others are. */
export function updateAndCreateTopicList(deps: UpdateAndCreateTopicDeps): RequestHandler {
  return answering(async request => {
    const { topicConfigList } = topicConfigListJson.decode(request.command.body)
    await updateTopics(topicConfigList, deps)
    return RemotingResponse.success()
  })
}

/** Asking for what is there already changes nothing, not even the version that NameServers compare. */
async function updateTopics(wanted: readonly TopicConfig[], deps: UpdateAndCreateTopicDeps): Promise<void> {
  const { topics, topicFile, registration, config } = deps
  for (const topic of wanted) {
    checkTopicUpdate(topic, { config, isSystemTopic: name => topics.isSystemTopic(name) })
  }
  const changed = wanted.filter(topic => !isSame(topic, topics.find(topic.topicName)))
  if (changed.length > 0) topics.update(...changed)
  await topicFile.saved()
  await registration.announced()
}

function isSame(wanted: TopicConfig, existing: TopicConfig | null): boolean {
  return (
    existing !== null &&
    wanted.attributes.size === 0 &&
    wanted.readQueueNums === existing.readQueueNums &&
    wanted.writeQueueNums === existing.writeQueueNums &&
    wanted.perm === existing.perm &&
    wanted.topicFilterType === existing.topicFilterType &&
    wanted.topicSysFlag === existing.topicSysFlag &&
    wanted.order === existing.order
  )
}
