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

function consumerOf({ clientType, subscription }: v2.Settings.$Properties, nowMs: number): ConsumerData {
  return {
    groupName: subscription?.group?.name ?? '',
    consumeType: clientType === v2.ClientType.SIMPLE_CONSUMER ? 'CONSUME_ACTIVELY' : 'CONSUME_PASSIVELY',
    consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
    messageModel: 'CLUSTERING',
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
