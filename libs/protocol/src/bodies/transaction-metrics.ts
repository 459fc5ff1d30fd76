import { dataVersionJson, initialDataVersion } from './data-version'
import { bean, long, orElse, table, type ValueOf } from './json-codec'

const metricJson = bean({ count: long, timeStamp: long })

/** `transactionMetrics`: by topic, how many of its half messages have not ended. Source: broker/transaction/TransactionMetrics.java. */
export const transactionMetricsJson = bean({
  dataVersion: orElse(dataVersionJson, initialDataVersion),
  transactionCount: table(metricJson),
})
export type TransactionMetricsContent = ValueOf<typeof transactionMetricsJson>
