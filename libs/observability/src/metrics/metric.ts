/** Label values of one sample; those of the node are added to them. */
export type MetricLabels = Readonly<Record<string, string>>

export interface Metric {
  /** RocketMQ's name of it, without the unit that Prometheus puts behind. */
  readonly name: string
  readonly kind: 'gauge' | 'counter'
  readonly unit: 'milliseconds' | 'bytes' | null
  /** What it says, for the reader of `/metrics`. */
  readonly help: string
}

export type Observe = (metric: Metric, value: number, labels?: MetricLabels) => void

/** Metrics that are read together. They cost nothing until somebody asks. */
export interface MetricSource {
  readonly metrics: readonly Metric[]
  read(observe: Observe): void | Promise<void>
}

export function gauge(name: string, help: string, unit: Metric['unit'] = null): Metric {
  return { name, kind: 'gauge', unit, help }
}

export function counter(name: string, help: string): Metric {
  return { name, kind: 'counter', unit: null, help }
}

/** As Prometheus has it: `rocketmq_storage_size_bytes`; a unit that the name ends with already is not said twice. */
export function prometheusName({ name, unit }: Metric): string {
  return unit === null || name.endsWith(`_${unit}`) ? name : `${name}_${unit}`
}
