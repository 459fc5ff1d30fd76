import { gauge } from '@rocketmq-ts/observability'
import type { Observe } from '@rocketmq-ts/observability'
import type { BrokerRooms } from '../broker-rooms'
import { popRetryTopicOf } from '../pop/pop-retry-topic'
import { RETRY_TOPIC_PREFIX } from '../topics/topic-names'
import type { BrokerMetricSource } from './broker-metric-source'
import { consumerLag } from './consumer-lag'
import type { LaggingQueues } from './consumer-lag'
import { systemLabel } from './system-label'

const lagMessages = gauge('rocketmq_consumer_lag_messages', 'Messages that the group has not consumed')
const lagLatency = gauge('rocketmq_consumer_lag_latency', 'Age of the oldest of them', 'milliseconds')
const inflight = gauge('rocketmq_consumer_inflight_messages', 'Messages that were given out and are not consumed')
const queueingLatency = gauge(
  'rocketmq_consumer_queueing_latency',
  'Age of the oldest message that was not given out',
  'milliseconds',
)
const ready = gauge('rocketmq_consumer_ready_messages', 'Messages that were not given out')

type Rooms = Pick<BrokerRooms, 'topics' | 'consumers' | 'offsets' | 'store' | 'clock' | 'popRuns'>

/** How far behind the groups are that have members now. Source: broker/metrics/ConsumerLagCalculator.java */
export const consumerLagMetrics: BrokerMetricSource = {
  metrics: [lagMessages, lagLatency, inflight, queueingLatency, ready],
  read: async (rooms, observe) => {
    for (const group of rooms.consumers.groups()) await readGroup(group, rooms, observe)
  },
}

async function readGroup(group: string, rooms: Rooms, observe: Observe): Promise<void> {
  const info = rooms.consumers.find(group)
  if (info === null) return
  const isPop = info.manner.consumeType === 'CONSUME_POP'
  for (const topic of info.subscriptions.topics()) {
    if (topic.startsWith(RETRY_TOPIC_PREFIX)) continue // of pulls: what is behind there is not the topic's
    const labels = { consumer_group: group, topic, is_system: systemLabel({ topic, group }) }
    const queueCount = rooms.topics.find(topic)?.writeQueueNums
    if (queueCount === undefined) continue
    await readQueues({ group, topic, queueCount, isPop }, { ...labels, is_retry: 'false' }, rooms, observe)
    for (const version of isPop ? (['V2', 'V1'] as const) : []) {
      const retryTopic = popRetryTopicOf(topic, group, version)
      const retryCount = rooms.topics.find(retryTopic)?.writeQueueNums
      if (retryCount === undefined) continue
      const queues = { group, topic: retryTopic, queueCount: retryCount, isPop }
      await readQueues(queues, { ...labels, is_retry: 'true' }, rooms, observe)
      break // Java counts one of them
    }
  }
}

async function readQueues(
  queues: LaggingQueues,
  labels: Readonly<Record<string, string>>,
  rooms: Rooms,
  observe: Observe,
): Promise<void> {
  const found = await consumerLag(queues, rooms)
  observe(lagMessages, found.lag, labels)
  observe(lagLatency, found.lagLatencyMs, labels)
  observe(inflight, found.inflight, labels)
  observe(queueingLatency, found.queueingLatencyMs, labels)
  observe(ready, found.ready, labels)
}
