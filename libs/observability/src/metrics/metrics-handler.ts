import type { Log } from '@rocketmq-ts/base'
import type { MetricLabels, MetricSource } from './metric'
import type { MetricsHandler } from './metrics-server'

/** Samples of one metric that are told apart; all others become one. */
const METRIC_SAMPLE_COUNT_MAX = 10_000

/** What answers a read of `/metrics` on a port of somebody else. Loaded when it is wanted: its library is large. */
export async function metricsHandler(
  what: { readonly sources: readonly MetricSource[]; readonly labels: MetricLabels },
  log: Pick<Log, 'error' | 'warn'>,
): Promise<MetricsHandler> {
  const { prometheusHandler } = await import('./prometheus')
  return prometheusHandler({ ...what, cardinalityLimit: METRIC_SAMPLE_COUNT_MAX }, log)
}
