import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { transactionMetricsJson } from '@rocketmq-ts/protocol'
import type { DataVersion, TransactionMetricsContent } from '@rocketmq-ts/protocol'
import type { BrokerConfig } from '../broker-config'
import { firstDataVersion, nextDataVersion } from '../data-version'
import type { TopicTable } from '../topics/topic-table'

export interface TransactionMetricsDeps {
  readonly topics: Pick<TopicTable, 'find'>
  readonly file: Pick<ConfigFile, 'load' | 'save'>
  readonly clock: Pick<Clock, 'nowMs' | 'every'>
  readonly log: Log
}

/**
 * How many half messages of each topic have not ended, kept in `transactionMetrics`. What a crash loses of it is wrong
 * for good, as it is in Java. Source: broker/transaction/TransactionMetrics.java
 */
export class TransactionMetrics implements Component {
  private readonly counts = new Map<string, { count: number; timeStamp: number }>()
  private version: DataVersion
  private timer: Timer | null = null

  constructor(
    private readonly config: Pick<BrokerConfig, 'transactionMetricFlushInterval'>,
    private readonly deps: TransactionMetricsDeps,
  ) {
    this.version = firstDataVersion(deps.clock.nowMs())
  }

  start(): Promise<void> {
    const { file, clock } = this.deps
    const content = file.load(text => transactionMetricsJson.decode(text))
    if (content) this.restore(content)
    this.timer = clock.every(this.config.transactionMetricFlushInterval, () => void this.save())
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    if (this.timer === null) return
    this.timer.cancel()
    this.timer = null
    await this.save()
  }

  /** A half message of the topic came (1) or ended (-1). */
  add(topic: string, change: 1 | -1): void {
    const timeStamp = this.deps.clock.nowMs()
    const metric = this.counts.get(topic)
    if (metric === undefined) this.counts.set(topic, { count: change, timeStamp })
    else Object.assign(metric, { count: metric.count + change, timeStamp })
    this.version = nextDataVersion(this.version, timeStamp)
  }

  content(): TransactionMetricsContent {
    return { dataVersion: this.version, transactionCount: this.counts }
  }

  private restore({ dataVersion, transactionCount }: TransactionMetricsContent): void {
    for (const [topic, metric] of transactionCount) this.counts.set(topic, { ...metric })
    this.version = dataVersion
  }

  private async save(): Promise<void> {
    const { topics, file, log } = this.deps
    for (const topic of this.counts.keys()) if (topics.find(topic) === null) this.counts.delete(topic)
    try {
      await file.save(() => transactionMetricsJson.encode(this.content()).toString())
    } catch (err) {
      log.error({ err }, 'counts of open transactions cannot be written')
    }
  }
}
