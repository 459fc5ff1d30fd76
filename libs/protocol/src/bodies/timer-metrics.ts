import { dataVersionJson, initialDataVersion } from './data-version'
import { bean, long, orElse, table, type ValueOf } from './json-codec'

const metricJson = bean({ count: long, timeStamp: long })

/** `timermetrics`, and the answer to GET_TIMER_METRICS: by topic, how many messages wait. Source: store/timer/TimerMetrics.java. */
export const timerMetricsJson = bean({
  dataVersion: orElse(dataVersionJson, initialDataVersion),
  timingCount: table(metricJson),
})
export type TimerMetricsContent = ValueOf<typeof timerMetricsJson>
