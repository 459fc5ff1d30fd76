import { gauge } from '@rocketmq-ts/observability'
import type { BrokerMetricSource } from './broker-metric-source'

/** Messages, although Java calls them milliseconds; dashboards know it by this name. */
const reviveLag = gauge('rocketmq_pop_revive_lag', 'Records of the revive topic that are not applied', 'milliseconds')
const reviveLatency = gauge(
  'rocketmq_pop_revive_latency',
  'Since the first message was due that was popped, not acknowledged, and has not come again',
  'milliseconds',
)
const checkPointBuffer = gauge('rocketmq_pop_checkpoint_buffer_size', 'Pops that are kept in memory for a while')

/** Whether what was popped and not acknowledged comes again in time. Source: broker/metrics/PopMetricsManager.java */
export const popMetrics: BrokerMetricSource = {
  metrics: [reviveLag, reviveLatency, checkPointBuffer],
  read: (rooms, observe) => {
    for (const [queueId, { behindMs, behindCount }] of rooms.popRevive.lagByQueue()) {
      const labels = { queue_id: String(queueId) }
      observe(reviveLag, behindCount, labels)
      observe(reviveLatency, behindMs, labels)
    }
    observe(checkPointBuffer, rooms.popBufferMerge.size)
  },
}
