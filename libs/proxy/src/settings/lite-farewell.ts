import type { v2 } from '@rocketmq-ts/protocol/grpc'
import type { LiteSubscriptionChange } from '../messaging/lite/lite-subscriptions'
import { isLiteConsumer } from './heartbeat-of'

/** What brokers are told of a client that consumes no more; null: it had no lite topics. */
export function liteFarewellOf(clientId: string, settings: v2.Settings.$Properties): LiteSubscriptionChange | null {
  const { group, subscriptions } = settings.subscription ?? {}
  const topic = subscriptions?.[0]?.topic?.name ?? ''
  if (!isLiteConsumer(settings) || topic === '') return null
  const whose = { clientId, group: group?.name ?? '', topic }
  return { ...whose, action: 'COMPLETE_REMOVE', liteTopics: [], offsetOption: null, version: 0 }
}
