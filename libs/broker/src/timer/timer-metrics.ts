import type { Clock, Log } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { timerMetricsJson } from '@rocketmq-ts/protocol'
import type { DataVersion, TimerMetricsContent } from '@rocketmq-ts/protocol'
import { firstDataVersion, nextDataVersion } from '../data-version'
import { SYSTEM_TOPIC_PREFIX } from '../topics/topic-names'
import type { TopicTable } from '../topics/topic-table'

const LMQ_PREFIX = '%LMQ%'

export interface TimerMetricsDeps {
  readonly topics: Pick<TopicTable, 'find'>
  readonly file: Pick<ConfigFile, 'load' | 'save'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

/**
 * How many messages of each topic wait for their time, kept in `timermetrics`. What a crash loses of it is wrong for
 * good. Source: store/timer/TimerMetrics.java
 */
export class TimerMetrics {
  private readonly counts = new Map<string, { count: number; timeStamp: number }>()
  private version: DataVersion
  private savedVersion: DataVersion | null = null

  constructor(private readonly deps: TimerMetricsDeps) {
    this.version = firstDataVersion(deps.clock.nowMs())
  }

  /** Throws CorruptDataError. */
  load(): void {
    const content = this.deps.file.load(text => timerMetricsJson.decode(text))
    if (content === null) return
    for (const [topic, metric] of content.timingCount) this.counts.set(topic, { ...metric })
    this.version = content.dataVersion
  }

  /** A message of the topic came (1) or went (-1). */
  add(topic: string, change: number): void {
    const timeStamp = this.deps.clock.nowMs()
    const metric = this.counts.get(topic)
    if (metric === undefined) this.counts.set(topic, { count: change, timeStamp })
    else {
      metric.count += change
      metric.timeStamp = timeStamp
    }
    this.version = nextDataVersion(this.version, timeStamp)
  }

  content(): TimerMetricsContent {
    return { dataVersion: this.version, timingCount: this.counts }
  }

  /** Writes the file if a number changed, without the topics that are no more. */
  async save(): Promise<void> {
    if (this.savedVersion === this.version) return
    for (const topic of this.counts.keys()) if (this.isGone(topic)) this.counts.delete(topic)
    const { version } = this
    try {
      await this.deps.file.save(() => timerMetricsJson.encode(this.content()).toString())
      this.savedVersion = version
    } catch (err) {
      this.deps.log.error({ err }, 'counts of timed messages cannot be written')
    }
  }

  private isGone(topic: string): boolean {
    if (topic.startsWith(SYSTEM_TOPIC_PREFIX) || topic.startsWith(LMQ_PREFIX)) return false
    return this.deps.topics.find(topic) === null
  }
}
