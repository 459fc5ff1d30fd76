import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { transactionMetricsJson } from '@rocketmq-ts/protocol'
import type { DataVersion, TransactionMetricsContent } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import { firstDataVersion, nextDataVersion } from '../data-version'
import { SystemTopic } from '../topics/topic-names'
import type { TopicTable } from '../topics/topic-table'

export interface TransactionMetricsDeps {
  /** Started before this. */
  readonly store: Pick<MessageStore, 'maxOffset'>
  readonly topics: Pick<TopicTable, 'find'>
  readonly file: Pick<ConfigFile, 'load' | 'save'>
  readonly clock: Pick<Clock, 'nowMs' | 'every'>
  readonly log: Log
}

/**
 * How many half messages of each topic have not ended, kept in `transactionMetrics`. What a crash loses of it stays wrong
 * in Java; here the start counts again what the queues hold. Source: broker/transaction/TransactionMetrics.java
 */
export class TransactionMetrics implements Component {
  private readonly counts = new Map<string, { count: number; timeStamp: number }>()
  /** As the file had them, until they are counted again. */
  private loaded: ReadonlyMap<string, { readonly count: number }> = new Map()
  private halfEnd = 0
  private version: DataVersion
  private timer: Timer | null = null

  constructor(
    private readonly config: Pick<BrokerConfig, 'transactionMetricFlushInterval'>,
    private readonly deps: TransactionMetricsDeps,
  ) {
    this.version = firstDataVersion(deps.clock.nowMs())
  }

  start(): Promise<void> {
    const { file, clock, store } = this.deps
    this.halfEnd = store.maxOffset(SystemTopic.TRANSACTION_HALF, 0)
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

  /** Behind the last half message of earlier processes: what came since then was added here. */
  get halfEndOffset(): number {
    return this.halfEnd
  }

  /** A half message of the topic came (1) or ended (-1). */
  add(topic: string, change: 1 | -1): void {
    this.change(topic, change)
  }

  /** `open` is how many half messages before `halfEndOffset` have not ended, whatever the file said. */
  recount(open: ReadonlyMap<string, number>): void {
    for (const topic of new Set([...this.loaded.keys(), ...open.keys()])) {
      const change = (open.get(topic) ?? 0) - (this.loaded.get(topic)?.count ?? 0)
      if (change !== 0) this.change(topic, change)
    }
    this.loaded = new Map()
  }

  content(): TransactionMetricsContent {
    return { dataVersion: this.version, transactionCount: this.counts }
  }

  private change(topic: string, change: number): void {
    const timeStamp = this.deps.clock.nowMs()
    const metric = this.counts.get(topic)
    if (metric === undefined) this.counts.set(topic, { count: change, timeStamp })
    else Object.assign(metric, { count: metric.count + change, timeStamp })
    this.version = nextDataVersion(this.version, timeStamp)
  }

  private restore({ dataVersion, transactionCount }: TransactionMetricsContent): void {
    for (const [topic, metric] of transactionCount) this.counts.set(topic, { ...metric })
    this.loaded = transactionCount
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
