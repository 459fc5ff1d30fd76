import { liteGroupInfoJson, readGetLiteGroupInfoHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import type { LiteGroupInfo } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { requireLiteGroup } from '../lite/lite-admin-checks'
import type { LiteAdminChecksDeps } from '../lite/lite-admin-checks'
import { liteLagOf } from '../lite/lite-lag'
import type { LiteLagDeps } from '../lite/lite-lag'
import { liteQueueName } from '../lite/lite-queue-names'

/** Lite topics of one answer. */
const LAGGING_LITE_TOPIC_COUNT_MAX = 1_000

export type GetLiteGroupInfoDeps = LiteAdminChecksDeps & LiteLagDeps

type Lag = Omit<LiteGroupInfo, 'group' | 'parentTopic' | 'liteTopic'>

const NO_LAG: Lag = {
  ...{ earliestUnconsumedTimestamp: -1, totalLagCount: 0 },
  ...{ lagCountTopK: null, lagTimestampTopK: null, liteTopicOffsetWrapper: null },
}

/** GET_LITE_GROUP_INFO. Rejects with SubscriptionGroupNotExistError, NotOfLiteTopicsError. Source: broker/processor/LiteManagerProcessor.java */
export function getLiteGroupInfo(deps: GetLiteGroupInfoDeps): RequestHandler {
  return answering(async ({ command }) => {
    const { group, liteTopic, topK } = readGetLiteGroupInfoHeader(command)
    const parentTopic = requireLiteGroup(group, deps)
    const lag =
      liteTopic === null || liteTopic === ''
        ? await lagOfGroup(group, parentTopic, topK, deps)
        : await lagOfLiteTopic(group, liteQueueName(parentTopic, liteTopic), deps)
    return RemotingResponse.success(null, liteGroupInfoJson.encode({ group, parentTopic, liteTopic, ...lag }))
  })
}

/** Java knows which lite topics have waited longest only with liteLagLatencyCollectEnable, which is not served. */
async function lagOfGroup(group: string, parentTopic: string, topK: number, deps: LiteLagDeps): Promise<Lag> {
  const countMax = Math.min(topK, LAGGING_LITE_TOPIC_COUNT_MAX)
  const { totalCount, largest } = await liteLagOf({ group, parentTopic, countMax }, deps)
  return { ...NO_LAG, totalLagCount: totalCount, lagCountTopK: largest, lagTimestampTopK: [] }
}

async function lagOfLiteTopic(group: string, queueName: string, { offsets, store }: LiteLagDeps): Promise<Lag> {
  const brokerOffset = store.maxOffset(queueName, 0)
  if (brokerOffset === 0) return { ...NO_LAG, totalLagCount: -1 }
  const consumerOffset = offsets.query(group, queueName, 0)
  if (consumerOffset < 0) return NO_LAG
  const lastTimestamp = consumerOffset === 0 ? 0 : await store.storeTimestampOf(queueName, 0, consumerOffset - 1)
  return {
    ...NO_LAG,
    totalLagCount: brokerOffset - consumerOffset,
    earliestUnconsumedTimestamp: (await store.storeTimestampOf(queueName, 0, consumerOffset)) ?? -1,
    liteTopicOffsetWrapper: { brokerOffset, consumerOffset, lastTimestamp: lastTimestamp ?? -1, pullOffset: 0 },
  }
}
