import { diag, DiagLogLevel } from '@opentelemetry/api'
import type { BatchObservableResult, Meter, Observable } from '@opentelemetry/api'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import type { Log } from '@rocketmq-ts/base'
import { prometheusName } from './metric'
import type { Metric, MetricLabels, MetricSource } from './metric'
import { listenForMetrics } from './metrics-server'
import type { MetricsHandler, MetricsServer } from './metrics-server'

export interface PrometheusOptions {
  readonly host: string
  readonly port: number
  readonly sources: readonly MetricSource[]
  /** Of every sample. */
  readonly labels: MetricLabels
  readonly cardinalityLimit: number
}

/** Serves `/metrics`, each answer read from the sources anew. Rejects if the address cannot be had. */
export async function servePrometheus(
  options: PrometheusOptions,
  log: Pick<Log, 'warn' | 'error'>,
): Promise<MetricsServer> {
  const { host, port } = options
  return await listenForMetrics(host, port, prometheusHandler(options, log))
}

/** The same on a port of somebody else. */
export function prometheusHandler(
  what: Omit<PrometheusOptions, 'host' | 'port'>,
  log: Pick<Log, 'warn' | 'error'>,
): MetricsHandler {
  reportTo(log)
  return (request, response) => exporterOf(what).getMetricsRequestHandler(request, response)
}

/** For one answer: the library shows what an exporter has once seen for ever, a group that has long been deleted too. */
function exporterOf({
  sources,
  labels,
  cardinalityLimit,
}: Omit<PrometheusOptions, 'host' | 'port'>): PrometheusExporter {
  const exporter = new PrometheusExporter({
    ...{ preventServerStart: true, withoutScopeInfo: true, withoutTargetInfo: true },
  })
  const provider = new MeterProvider({
    readers: [exporter],
    views: [{ instrumentName: '*', aggregationCardinalityLimit: cardinalityLimit }],
  })
  const meter = provider.getMeter('rocketmq')
  for (const source of sources) observe(meter, source, labels)
  return exporter
}

function observe(meter: Meter, source: MetricSource, labels: MetricLabels): void {
  const instruments = new Map<Metric, Observable>(source.metrics.map(metric => [metric, instrumentOf(meter, metric)]))
  const read = (result: BatchObservableResult): void | Promise<void> =>
    source.read((metric, value, ownLabels = {}) => {
      const instrument = instruments.get(metric)
      if (instrument !== undefined) result.observe(instrument, value, { ...labels, ...ownLabels })
    })
  meter.addBatchObservableCallback(read, [...instruments.values()])
}

function instrumentOf(meter: Meter, metric: Metric): Observable {
  const name = prometheusName(metric)
  const options = { description: metric.help }
  return metric.kind === 'gauge'
    ? meter.createObservableGauge(name, options)
    : meter.createObservableCounter(name, options)
}

/** What the library has to say, such as that a source failed: a scrape without it must not go unseen. */
function reportTo(log: Pick<Log, 'warn' | 'error'>): void {
  const silent = (): void => undefined
  const logger = {
    error: (message: string, ...details: unknown[]) => log.error({ details }, message),
    warn: (message: string, ...details: unknown[]) => log.warn({ details }, message),
    ...{ info: silent, debug: silent, verbose: silent },
  }
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
}
