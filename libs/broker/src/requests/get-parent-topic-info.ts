import { parentTopicInfoJson, readGetParentTopicInfoHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { isLightQueueName } from '@rocketmq-ts/store'
import type { MessageStore } from '@rocketmq-ts/store'
import type { LiteRooms } from '../lite/create-lite'
import { requireParentTopic } from '../lite/lite-admin-checks'
import type { LiteAdminChecksDeps } from '../lite/lite-admin-checks'

export interface GetParentTopicInfoDeps extends LiteAdminChecksDeps, Pick<LiteRooms, 'liteGroups' | 'liteTopics'> {
  readonly store: Pick<MessageStore, 'topics'>
}

/** GET_PARENT_TOPIC_INFO. Rejects with TopicNotExistError, NotOfLiteTopicsError. Source: broker/processor/LiteManagerProcessor.java */
export function getParentTopicInfo(deps: GetParentTopicInfoDeps): RequestHandler {
  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws must reject
  return answering(async ({ command }) => {
    const topic = requireParentTopic(readGetParentTopicInfoHeader(command).topic, deps)
    const body = parentTopicInfoJson.encode({
      topic,
      ttl: deps.liteTopics.expirationMinutes(topic),
      groups: deps.liteGroups.byBoundTopic().get(topic) ?? null,
      lmqNum: deps.store.topics().filter(isLightQueueName).length,
      liteTopicCount: deps.liteTopics.queuesOf(topic).length,
    })
    return RemotingResponse.success(null, body)
  })
}
