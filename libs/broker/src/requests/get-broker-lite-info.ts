import { brokerLiteInfoJson, RemotingResponse } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { isLightQueueName } from '@rocketmq-ts/store'
import type { MessageStore } from '@rocketmq-ts/store'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import type { LiteRooms } from '../lite/create-lite'
import type { BrokerServiceConfig } from '../load-broker-config'

export interface GetBrokerLiteInfoDeps extends Pick<
  LiteRooms,
  'liteGroups' | 'liteTopics' | 'liteSubscriptions' | 'liteDispatcher' | 'liteOrders'
> {
  readonly config: Pick<BrokerServiceConfig, 'storeType' | 'maxLmqConsumeQueueNum'>
  readonly offsets: Pick<ConsumerOffsetTable, 'content'>
  readonly store: Pick<MessageStore, 'topics'>
}

/** GET_BROKER_LITE_INFO. Source: broker/processor/LiteManagerProcessor.java */
export function getBrokerLiteInfo(deps: GetBrokerLiteInfoDeps): RequestHandler {
  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws must reject
  return answering(async () => {
    const { config, liteGroups, liteTopics, store } = deps
    const names = store.topics()
    const body = brokerLiteInfoJson.encode({
      cqTableSize: names.length,
      currentLmqNum: names.filter(isLightQueueName).length,
      eventMapSize: deps.liteDispatcher.clientCount,
      groupMeta: liteGroups.byBoundTopic(),
      liteSubscriptionCount: deps.liteSubscriptions.count,
      maxLmqNum: config.maxLmqConsumeQueueNum,
      offsetTableSize: deps.offsets.content().offsetTable.size,
      orderInfoCount: deps.liteOrders.count,
      storeType: config.storeType,
      topicMeta: new Map(liteTopics.parents().map(topic => [topic, liteTopics.expirationMinutes(topic)])),
    })
    return RemotingResponse.success(null, body)
  })
}
