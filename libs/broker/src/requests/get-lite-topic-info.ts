import { liteTopicInfoJson, readGetLiteTopicInfoHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore } from '@rocketmq-ts/store'
import type { LiteRooms } from '../lite/create-lite'
import { requireParentTopic } from '../lite/lite-admin-checks'
import type { LiteAdminChecksDeps } from '../lite/lite-admin-checks'
import { liteQueueName } from '../lite/lite-queue-names'

/** Stands for all clients of a group that has all lite topics. */
const ANY_CLIENT = '*'

export interface GetLiteTopicInfoDeps
  extends LiteAdminChecksDeps, Pick<LiteRooms, 'liteSharding' | 'liteSubscriptions'> {
  readonly store: Pick<MessageStore, 'maxOffset' | 'minOffset' | 'storeTimestampOf'>
}

/** GET_LITE_TOPIC_INFO. Rejects with TopicNotExistError, NotOfLiteTopicsError. Source: broker/processor/LiteManagerProcessor.java */
export function getLiteTopicInfo(deps: GetLiteTopicInfoDeps): RequestHandler {
  return answering(async ({ command }) => {
    const header = readGetLiteTopicInfoHeader(command)
    const parentTopic = requireParentTopic(header.parentTopic, deps)
    const liteTopic = header.liteTopic ?? ''
    const queueName = liteQueueName(parentTopic, liteTopic)
    const maxOffset = deps.store.maxOffset(queueName, 0)
    const isOwn = await deps.liteSharding.ownLiteTopics(parentTopic)
    const body = liteTopicInfoJson.encode({
      liteTopic,
      parentTopic,
      shardingToBroker: isOwn(liteTopic),
      subscriber: subscribersOf(queueName, parentTopic, deps),
      topicOffset: {
        lastUpdateTimestamp: (await deps.store.storeTimestampOf(queueName, 0, maxOffset - 1)) ?? 0,
        maxOffset,
        minOffset: deps.store.minOffset(queueName, 0),
      },
    })
    return RemotingResponse.success(null, body)
  })
}

function subscribersOf(
  queueName: string,
  parentTopic: string,
  { liteSubscriptions }: GetLiteTopicInfoDeps,
): readonly { readonly clientId: string; readonly group: string }[] {
  const wildcards = [...liteSubscriptions.wildcardSubscribersOf(parentTopic).keys()]
  return [
    ...[...liteSubscriptions.subscribersOf(queueName)].flatMap(([group, clientIds]) =>
      [...clientIds].map(clientId => ({ clientId, group })),
    ),
    ...wildcards.map(group => ({ clientId: ANY_CLIENT, group })),
  ]
}
