import { RocketmqError } from '@rocketmq-ts/base'
import type { Component, Log } from '@rocketmq-ts/base'
import type { MetricLabels, MetricSource } from './metric'
import { readMetricsLabel } from './metrics-config'
import type { MetricsConfig } from './metrics-config'
import type { MetricsServer } from './metrics-server'

/** Nobody can read the metrics: the port or the address is not to be had. */
export class MetricsPortError extends RocketmqError {
  readonly code = 'RMQ_METRICS_PORT'

  constructor(address: string, cause: unknown) {
    super(
      `Metrics cannot be served at ${address} (${cause instanceof Error ? cause.message : String(cause)}): ` +
        'set metricsPromExporterPort to a free port, or metricsExporterType to DISABLE.',
      { cause },
    )
  }
}

export interface MetricsExporterDeps {
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
}

/** Gives the metrics of a service to those who collect them, as its configuration says. */
export class MetricsExporter implements Component {
  private server: MetricsServer | null = null

  constructor(
    private readonly config: MetricsConfig,
    private readonly what: { readonly sources: readonly MetricSource[]; readonly labels: MetricLabels },
    private readonly deps: MetricsExporterDeps,
  ) {}

  /** That Prometheus reads at; null while nothing is served. */
  get port(): number | null {
    return this.server?.port ?? null
  }

  /** Rejects with MetricsPortError. */
  async start(): Promise<void> {
    const { metricsExporterType: type } = this.config
    if (type === 'PROM') await this.serve()
    else if (type !== 'DISABLE')
      this.deps.log.warn({ type }, 'this metricsExporterType exports nothing yet: PROM is served')
  }

  async stop(): Promise<void> {
    await this.server?.close()
    this.server = null
  }

  private async serve(): Promise<void> {
    const { metricsPromExporterHost, metricsPromExporterPort: port, metricsLabel } = this.config
    const host = metricsPromExporterHost === '' ? '0.0.0.0' : metricsPromExporterHost
    const labels = { ...this.what.labels, ...Object.fromEntries(readMetricsLabel(metricsLabel)) }
    const cardinalityLimit = this.config.metricsOtelCardinalityLimit
    const { log } = this.deps
    // Read now: most start without it, and it takes longer to read than all else that they need of this library.
    const { servePrometheus } = await import('./prometheus')
    try {
      this.server = await servePrometheus({ host, port, ...this.what, labels, cardinalityLimit }, log)
    } catch (cause) {
      throw new MetricsPortError(`${host}:${port}`, cause)
    }
    log.info({ url: `http://${host}:${this.server.port}/metrics` }, 'Prometheus can read the metrics')
  }
}
