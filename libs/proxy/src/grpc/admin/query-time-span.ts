import type { Clock } from '@rocketmq-ts/base'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { ConsumerGroups } from '../../messaging/consumer-groups'
import type { Queues } from '../../messaging/queues'
import { requireGroup, requireTopic } from '../names'
import { InvalidRequestError, OK } from '../status'
import type { AdminMethod } from './admin-method'

export interface QueryTimeSpanDeps {
  readonly consumerGroups: Pick<ConsumerGroups, 'progress'>
  readonly queues: Pick<Queues, 'storedBetween'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** QueryTimeSpan: of each queue, when its first and last messages were stored, and the one that the group has got to. */
export function queryTimeSpan({ consumerGroups, queues, clock }: QueryTimeSpanDeps): AdminMethod<'QueryTimeSpan'> {
  return async ({ group: resource, topics }) => {
    const group = requireGroup(resource)
    if (topics.length === 0) throw new InvalidRequestError(v2.Code.ILLEGAL_TOPIC, 'name the topics')
    const queueTimeSpanList: v2.QueryTimeSpanResponse.QueueTimeSpan.$Properties[] = []
    for (const topic of topics.map(requireTopic)) {
      for (const [{ brokerName, queueId }, offsets] of await consumerGroups.progress(group, topic)) {
        const stored = await queues.storedBetween({ topic, brokerName, queueId })
        const isBehind = offsets.brokerOffset > offsets.consumerOffset
        queueTimeSpanList.push({
          messageQueue: { topic: { name: topic }, id: queueId, broker: { name: brokerName } },
          minTimestamp: stored.firstMs,
          maxTimestamp: stored.lastMs,
          consumeTimestamp: offsets.lastTimestamp,
          delayTimeMs: isBehind ? Math.max(0, clock.nowMs() - (offsets.lastTimestamp || stored.firstMs)) : 0,
        })
      }
    }
    return { status: OK, queueTimeSpanList }
  }
}
