import type { ConsumerData, HeartbeatData } from '@rocketmq-ts/protocol'
import { javaStringHashCode } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'

/** What a client's settings are as a heartbeat: so brokers list it beside clients that came by themselves. */
export function heartbeatOf(clientId: string, settings: v2.Settings.$Properties, nowMs: number): HeartbeatData {
  const { publishing, subscription } = settings
  return {
    clientID: clientId,
    // A producer's group is its topic: by it its transactions are checked.
    producerDataSet: (publishing?.topics ?? []).map(topic => ({ groupName: topic.name ?? '' })),
    consumerDataSet: subscription === null || subscription === undefined ? [] : [consumerOf(settings, nowMs)],
    heartbeatFingerprint: 0,
    withoutSub: false,
  }
}

const { SIMPLE_CONSUMER, LITE_PUSH_CONSUMER, LITE_SIMPLE_CONSUMER } = v2.ClientType

/** It consumes lite topics that it names, of one parent. */
export function isLiteConsumer({ clientType }: Pick<v2.Settings.$Properties, 'clientType'>): boolean {
  return clientType === LITE_PUSH_CONSUMER || clientType === LITE_SIMPLE_CONSUMER
}

function consumerOf(settings: v2.Settings.$Properties, nowMs: number): ConsumerData {
  const { clientType, subscription } = settings
  const isActive = clientType === SIMPLE_CONSUMER || clientType === LITE_SIMPLE_CONSUMER
  return {
    groupName: subscription?.group?.name ?? '',
    consumeType: isActive ? 'CONSUME_ACTIVELY' : 'CONSUME_PASSIVELY',
    consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
    messageModel: isLiteConsumer(settings) ? 'LITE_SELECTIVE' : 'CLUSTERING',
    unitMode: false,
    subscriptionDataSet: (subscription?.subscriptions ?? []).map(({ topic, expression }) => {
      const text = expression?.expression ?? ''
      const isSql = expression?.type === v2.FilterType.SQL
      const tags = isSql || text === '' || text === '*' ? [] : text.split('||').map(tag => tag.trim())
      return {
        topic: topic?.name ?? '',
        subString: text === '' ? '*' : text,
        expressionType: isSql ? 'SQL92' : 'TAG',
        tagsSet: tags,
        codeSet: tags.map(javaStringHashCode),
        subVersion: nowMs,
        classFilterMode: false,
      }
    }),
  }
}
