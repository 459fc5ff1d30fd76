import { gauge } from '@rocketmq-ts/observability'
import type { BrokerMetricSource } from './broker-metric-source'

const permission = gauge('rocketmq_broker_permission', 'What the broker allows: 4 reads, 2 writes, 6 both')
const topicNumber = gauge('rocketmq_topic_number', 'Topics, the system’s own included')
const groupNumber = gauge('rocketmq_consumer_group_number', 'Consumer groups, the system’s own included')

/** What the broker has. Source: broker/metrics/BrokerMetricsManager.java */
export const tableMetrics: BrokerMetricSource = {
  metrics: [permission, topicNumber, groupNumber],
  read: ({ config, topics, groups }, observe) => {
    observe(permission, config.brokerPermission)
    observe(topicNumber, topics.all().size)
    observe(groupNumber, groups.all().size)
  },
}
