import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import { LanguageCode, UniqueIdGenerator } from '@rocketmq-ts/protocol'
import type { ConsumerData, SubscriptionData } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'
import { messageStoreConfigSchema } from '@rocketmq-ts/store'
import { BroadcastOffsetTable } from '../../src/broadcasting/broadcast-offset-table'
import { brokerConfigSchema } from '../../src/broker-config'
import type { BrokerConfig } from '../../src/broker-config'
import { ConsumerOffsetTable } from '../../src/consumer-offsets/consumer-offset-table'
import { ConsumerFilterTable } from '../../src/filter/consumer-filter-table'
import { SqlFilters } from '../../src/filter/sql-filter'
import { PullRequestHoldService } from '../../src/long-polling/pull-request-hold-service'
import { QueueLockTable, queueLockTableLimits } from '../../src/queue-locks/queue-lock-table'
import { consumerSendMessageBack } from '../../src/requests/consumer-send-message-back'
import { pullMessage } from '../../src/requests/pull-message'
import { sendMessage } from '../../src/requests/send-message'
import { parseDelayLevels } from '../../src/schedule/delay-levels'
import { BrokerStatistics } from '../../src/statistics/broker-statistics'
import { SubscriptionGroupTable } from '../../src/subscription-groups/subscription-group-table'
import { topicConfigOf } from '../../src/topics/topic-config'
import { TopicTable } from '../../src/topics/topic-table'
import { MemoryMessageStore } from './memory-message-store'

export type Messaging = ReturnType<typeof messaging>

export const JAVA_DELAY_LEVELS = '1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h'

/** What sends, pulls and send-backs need, with a store in memory: broker-a at 127.0.0.1:41911, topic GA with 2 queues. */
export function messaging(given: Partial<Record<keyof BrokerConfig, string>> = {}, heldRequestCountMax = 100) {
  const config = {
    ...brokerConfigSchema.parse({ brokerName: 'broker-a', brokerIP1: '127.0.0.1', ...given }),
    maxMessageSize: 4 * 1024 ** 2,
    ...{ timerMaxDelaySec: messageStoreConfigSchema.parse({ storePathRootDir: '/store' }).timerMaxDelaySec },
    ...{ timerPrecisionMs: 1_000, timerCongestNumEachSlot: 100 },
  }
  const clock = new FakeClock()
  const log = silentLog
  const storeHost = Buffer.from('7f0000010000a3b7', 'hex')
  const store = new MemoryMessageStore(storeHost, clock)
  const topics = new TopicTable(config, { clock, log })
  topics.put(topicConfigOf({ topicName: 'GA', readQueueNums: 2, writeQueueNums: 2 }))
  const groups = new SubscriptionGroupTable(config, { clock, log })
  const consumers = new ConsumerTable({ clock, log })
  const offsets = new ConsumerOffsetTable(config, { clock, log })
  const broadcastOffsets = new BroadcastOffsetTable(config, { offsets, store, consumers, clock })
  const sqlFilters = new SqlFilters({ selectorCountMax: 10 })
  const consumerFilters = new ConsumerFilterTable(config, {
    clock,
    log,
    limits: { filterDataCountMax: 10 },
    sqlFilters,
  })
  const queueLocks = new QueueLockTable(queueLockTableLimits, { clock })
  const statistics = new BrokerStatistics(config.brokerClusterName, { clock })
  const holdService = new PullRequestHoldService({ heldRequestCountMax }, { clock, store })
  const uniqueIds = new UniqueIdGenerator({
    address: Buffer.from('fd000000000000000000000000000002', 'hex'),
    processId: 0x45f,
    discriminator: 0,
  })
  const delayLevels = parseDelayLevels(JAVA_DELAY_LEVELS)
  const topicFile = { isSaved: () => true, saved: () => Promise.resolve() }
  const prepared: string[] = []
  const timer = { countAt: (outMs: number) => timedCounts.get(outMs) ?? 0 }
  const timedCounts = new Map<number, number>()
  const transactionMetrics = { add: (topic: string) => void prepared.push(topic) }
  const tables = {
    topics,
    groups,
    consumers,
    offsets,
    broadcastOffsets,
    sqlFilters,
    consumerFilters,
    queueLocks,
    statistics,
    holdService,
    transactionMetrics,
    timer,
  }
  const deps = { ...tables, topicFile, config, clock, log, store, storeHost, delayLevels, uniqueIds }
  return {
    ...deps,
    prepared,
    timedCounts,
    send: sendMessage(deps),
    pull: pullMessage(deps),
    sendBack: consumerSendMessageBack(deps),
  }
}

/** As if a heartbeat had come. */
export function subscribe(
  { consumers }: Pick<Messaging, 'consumers'>,
  given: {
    readonly group: string
    readonly channel: Channel
    readonly topic?: string
    readonly expression?: Partial<SubscriptionData>
    readonly messageModel?: ConsumerData['messageModel']
    readonly consumeType?: ConsumerData['consumeType']
    readonly clientId?: string
  },
): void {
  const {
    group,
    channel,
    topic = 'GA',
    expression,
    messageModel = 'CLUSTERING',
    consumeType = 'CONSUME_PASSIVELY',
    clientId = 'cid-1',
  } = given
  consumers.register({
    group,
    client: { channel, clientId, language: LanguageCode.JAVA, version: 501 },
    manner: { consumeType, messageModel, consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET' },
    subscriptions: [
      {
        ...{
          topic,
          subString: '*',
          subVersion: 1,
          expressionType: 'TAG',
          tagsSet: [],
          codeSet: [],
          classFilterMode: false,
        },
        ...expression,
      },
    ],
    heartbeatFingerprint: 0,
    notifyConsumerIdsChangedEnable: true,
  })
}
