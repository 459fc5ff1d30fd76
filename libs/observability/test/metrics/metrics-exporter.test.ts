import { silentLog } from '@rocketmq-ts/base'
import { counter, gauge, MetricsExporter, metricsConfigSchema, MetricsPortError } from '../../src'
import type { MetricSource } from '../../src'

const waiting = gauge('rocketmq_waiting', 'Messages that wait')
const age = gauge('rocketmq_age', 'How old they are', 'milliseconds')
const seen = counter('rocketmq_seen_total', 'Messages seen')
const sources: readonly MetricSource[] = [
  {
    metrics: [waiting, age],
    read: async observe => {
      await Promise.resolve()
      observe(waiting, 3, { topic: 'A' })
      observe(waiting, 4, { topic: 'B"\n' })
      observe(age, 1.5)
    },
  },
  { metrics: [seen], read: observe => observe(seen, 7) },
]

const exporters: MetricsExporter[] = []
afterEach(async () => {
  for (const exporter of exporters.splice(0)) await exporter.stop()
})

const loopback = { metricsExporterType: 'PROM', metricsPromExporterHost: '127.0.0.1', metricsPromExporterPort: '0' }

async function started(given: Readonly<Record<string, string>> = {}, log = silentLog, of = sources) {
  const config = metricsConfigSchema.parse({ ...loopback, ...given })
  const exporter = new MetricsExporter(config, { sources: of, labels: { cluster: 'C' } }, { log })
  exporters.push(exporter)
  await exporter.start()
  const ask = (path: string, method = 'GET'): Promise<Response> =>
    fetch(`http://127.0.0.1:${exporter.port}${path}`, { method })
  return { exporter, ask, lines: async () => (await (await ask('/metrics')).text()).split('\n') }
}

test('Prometheus reads every metric, with its unit in its name, the labels of the node and its own', async () => {
  const { lines } = await started({ metricsLabel: 'zone:b,instance_id:i-1' })
  expect(await lines()).toEqual([
    '# HELP rocketmq_waiting Messages that wait',
    '# TYPE rocketmq_waiting gauge',
    'rocketmq_waiting{cluster="C",zone="b",instance_id="i-1",topic="A"} 3',
    'rocketmq_waiting{cluster="C",zone="b",instance_id="i-1",topic="B\\"\\n"} 4',
    '# HELP rocketmq_age_milliseconds How old they are',
    '# TYPE rocketmq_age_milliseconds gauge',
    'rocketmq_age_milliseconds{cluster="C",zone="b",instance_id="i-1"} 1.5',
    '# HELP rocketmq_seen_total Messages seen',
    '# TYPE rocketmq_seen_total counter',
    'rocketmq_seen_total{cluster="C",zone="b",instance_id="i-1"} 7',
    '',
  ])
})

test('what is asked for elsewhere or otherwise is refused in words', async () => {
  const { ask } = await started()
  const elsewhere = await ask('/')
  expect([elsewhere.status, await elsewhere.text()]).toEqual([404, 'Metrics are at /metrics.\n'])
  expect((await ask('/metrics', 'POST')).status).toBe(405)
  expect((await ask('/metrics?x=1')).status).toBe(200)
})

test('a source that fails takes nothing from the others, and the log says so', async () => {
  const said: string[] = []
  const log = { ...silentLog, error: (_: object, text: string) => void said.push(text) }
  const failing = { metrics: [gauge('rocketmq_broken', 'x')], read: () => Promise.reject(new Error('EIO')) }
  const { lines } = await started({}, log, [failing, ...sources])
  expect(await lines()).toContain('rocketmq_seen_total{cluster="C"} 7')
  expect(said).toEqual(['PrometheusExporter: metrics collection errors'])
})

test('more label values than are told apart become one', async () => {
  const many = {
    metrics: [waiting],
    read: (observe: Parameters<MetricSource['read']>[0]) => {
      for (let id = 0; id < 100; id += 1) observe(waiting, 1, { id: String(id) })
    },
  }
  const { lines } = await started({ metricsOtelCardinalityLimit: '10' }, silentLog, [many])
  expect((await lines()).filter(line => line.startsWith('rocketmq_waiting{'))).toHaveLength(10)
})

test('what is no longer there is no longer shown', async () => {
  const topics = new Set(['A', 'B'])
  const changing: MetricSource = {
    metrics: [waiting, seen],
    read: observe => {
      for (const topic of topics) for (const metric of [waiting, seen]) observe(metric, 1, { topic })
    },
  }
  const { lines } = await started({}, silentLog, [changing])
  const shown = async (): Promise<number> => (await lines()).filter(line => line.includes('topic="A"')).length
  expect(await shown()).toBe(2)
  topics.delete('A')
  expect(await shown()).toBe(0)
  expect((await lines()).filter(line => line.includes('topic="B"'))).toHaveLength(2)
})

test('a port that is taken is told of with its cure', async () => {
  const { exporter } = await started()
  const again = started({ metricsPromExporterPort: String(exporter.port) })
  await expect(again).rejects.toThrow(MetricsPortError)
  await expect(again).rejects.toThrow('set metricsPromExporterPort to a free port')
})

test('nothing listens unless it is asked for, and what is not served yet says so', async () => {
  const warned: object[] = []
  const log = { ...silentLog, warn: (values: object) => void warned.push(values) }
  expect((await started({ metricsExporterType: 'DISABLE' }, log)).exporter.port).toBeNull()
  expect((await started({ metricsExporterType: 'OTLP_GRPC' }, log)).exporter.port).toBeNull()
  expect(warned).toEqual([{ type: 'OTLP_GRPC' }])
})
