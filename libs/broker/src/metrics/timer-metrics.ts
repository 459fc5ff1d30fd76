import { gauge } from '@rocketmq-ts/observability'
import type { BrokerMetricSource } from './broker-metric-source'
import { LOCAL_DISK } from './store-metrics'

const enqueueLag = gauge('rocketmq_timer_enqueue_lag', 'Timed messages that are not in the wheel yet')
const dequeueLatency = gauge('rocketmq_timer_dequeue_latency', 'How late timed messages are delivered', 'milliseconds')
const timingMessages = gauge('rocketmq_timing_messages', 'Messages that wait for their time')

/** How the timer keeps up. Source: store/metrics/DefaultStoreMetricsManager.java */
export const timerMetrics: BrokerMetricSource = {
  metrics: [enqueueLag, dequeueLatency, timingMessages],
  read: ({ timer }, observe) => {
    const state = timer.state()
    if (state === null) return
    observe(enqueueLag, state.offsetBehind, LOCAL_DISK)
    observe(dequeueLatency, state.readBehindMs, LOCAL_DISK)
    for (const [topic, { count }] of timer.metrics.content().timingCount) {
      observe(timingMessages, count, { ...LOCAL_DISK, topic })
    }
  },
}
