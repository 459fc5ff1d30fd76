import { counter } from '@rocketmq-ts/observability'
import type { BrokerMetricSource } from './broker-metric-source'
import { systemLabel } from './system-label'

const messagesIn = counter('rocketmq_messages_in_total', 'Messages stored')
const bytesIn = counter('rocketmq_throughput_in_total', 'Bytes of the messages stored')
const messagesOut = counter('rocketmq_messages_out_total', 'Messages given to consumers')
const bytesOut = counter('rocketmq_throughput_out_total', 'Bytes of the bodies given to consumers')
const deadLetters = counter('rocketmq_send_to_dlq_messages_total', 'Messages that went to the dead letters')

/** Who sent and got how much since the start; read from the counters that there are anyway. */
export const trafficMetrics: BrokerMetricSource = {
  metrics: [messagesIn, bytesIn, messagesOut, bytesOut, deadLetters],
  read: ({ statistics }, observe) => {
    for (const { topic, messageCount, bytes } of statistics.topicTotals()) {
      const labels = { topic, is_system: systemLabel({ topic }) }
      observe(messagesIn, messageCount, labels)
      observe(bytesIn, bytes, labels)
    }
    for (const { group, topic, messageCount, bytes, deadLetterCount } of statistics.groupTotals()) {
      const labels = { consumer_group: group, topic, is_system: systemLabel({ topic, group }) }
      observe(messagesOut, messageCount, labels)
      observe(bytesOut, bytes, labels)
      if (deadLetterCount > 0) observe(deadLetters, deadLetterCount, labels)
    }
  },
}
