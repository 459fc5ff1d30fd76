import { gauge } from '@rocketmq-ts/observability'
import type { BrokerMetricSource } from './broker-metric-source'

const halfMessages = gauge('rocketmq_half_messages', 'Transactions that are neither committed nor rolled back')

export const transactionMetrics: BrokerMetricSource = {
  metrics: [halfMessages],
  read: ({ transactionMetrics: counts }, observe) => {
    for (const [topic, { count }] of counts.content().transactionCount) observe(halfMessages, count, { topic })
  },
}
