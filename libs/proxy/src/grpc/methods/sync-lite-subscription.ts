import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { UnaryMethod } from '../method'
import { requireGroup, requireTopic } from '../names'
import { InvalidRequestError } from '../status'

/** SyncLiteSubscription: refused, as brokers here have no lite topics. Source: proxy/grpc/v2/client/ClientActivity.java */
export function syncLiteSubscription(): UnaryMethod<'SyncLiteSubscription'> {
  return ({ topic, group }) =>
    Promise.resolve().then(() => {
      requireTopic(topic)
      requireGroup(group)
      throw liteTopicsNotServed()
    })
}

export function liteTopicsNotServed(): InvalidRequestError {
  return new InvalidRequestError(v2.Code.NOT_IMPLEMENTED, 'lite topics are not served: use a topic of its own instead')
}
