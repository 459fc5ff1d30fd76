import { liteClientInfoJson, readGetLiteClientInfoHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { LiteRooms } from '../lite/create-lite'
import { requireGroupOf, requireParentTopic } from '../lite/lite-admin-checks'
import type { LiteAdminChecksDeps } from '../lite/lite-admin-checks'
import type { LiteClient } from '../lite/lite-client'

const RETURNED_LITE_TOPIC_COUNT_MAX = 10_000

export type GetLiteClientInfoDeps = LiteAdminChecksDeps & Pick<LiteRooms, 'liteDispatcher' | 'liteSubscriptions'>

/** GET_LITE_CLIENT_INFO. Rejects with TopicNotExistError, SubscriptionGroupNotExistError, NotOfLiteTopicsError. Source: broker/processor/LiteManagerProcessor.java */
export function getLiteClientInfo(deps: GetLiteClientInfoDeps): RequestHandler {
  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws must reject
  return answering(async ({ command }) => {
    const header = readGetLiteClientInfoHeader(command)
    const parentTopic = requireParentTopic(header.parentTopic, deps)
    const group = requireGroupOf(parentTopic, header.group, deps)
    const { clientId, maxCount } = header
    const client = clientId === null ? null : deps.liteSubscriptions.find(clientId)
    const names = client === null ? null : namesOf(client)
    const countMax = Math.max(0, Math.min(maxCount, RETURNED_LITE_TOPIC_COUNT_MAX))
    const body = liteClientInfoJson.encode({
      ...{ clientId, group, parentTopic },
      lastAccessTime: clientId === null ? -1 : (deps.liteDispatcher.lastAccessMs(clientId) ?? -1),
      lastConsumeTime: 0, // Java never says it.
      liteTopicCount: names === null ? -1 : names.length,
      liteTopicSet: names === null ? null : names.slice(0, countMax),
    })
    return RemotingResponse.success(null, body)
  })
}

/** Of a client that has all lite topics, what Java has for them. */
function namesOf({ isWildcard, topic, group, queueNames }: LiteClient): readonly string[] {
  return isWildcard ? [`${topic}@${group}`] : [...queueNames]
}
