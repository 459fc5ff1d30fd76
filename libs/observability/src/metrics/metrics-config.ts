import { wholeNumber } from '@rocketmq-ts/config'
import { z } from 'zod'

/** Java's keys. Source: common/BrokerConfig.java, common/metrics/MetricsExporterType.java */
export const metricsConfigSchema = z.object({
  metricsExporterType: z
    .enum(['DISABLE', 'PROM', 'OTLP_GRPC', 'LOG'])
    .default('DISABLE')
    .meta({ restartOnly: true })
    .describe('`PROM`: Prometheus reads them at `/metrics`; `OTLP_GRPC` and `LOG` export nothing yet, and say so'),
  metricsPromExporterPort: wholeNumber({ max: 65_535 })
    .default(5557)
    .meta({ restartOnly: true })
    .describe('where Prometheus reads; 0 takes a free one'),
  metricsPromExporterHost: z
    .string()
    .default('')
    .meta({ restartOnly: true })
    .describe('the address that is listened on for Prometheus; empty: all'),
  metricsLabel: z
    .string()
    .regex(/^\s*([^:,\s]+:[^:,]*(,|$)\s*)*$/)
    .default('')
    .meta({ restartOnly: true })
    .describe('labels of every sample, such as `instance_id:a,zone:b`'),
  metricsOtelCardinalityLimit: wholeNumber({ min: 1, max: 10_000_000 })
    .default(50_000)
    .meta({ restartOnly: true })
    .describe('samples of one metric that are told apart; all others become one'),
})

export type MetricsConfig = Readonly<z.infer<typeof metricsConfigSchema>>

/** `instance_id:a,zone:b` as a table. */
export function readMetricsLabel(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(',').filter(pair => pair.trim() !== '')
  return new Map(
    pairs.map(pair => {
      const [label = '', value = ''] = pair.split(':')
      return [label.trim(), value.trim()]
    }),
  )
}
