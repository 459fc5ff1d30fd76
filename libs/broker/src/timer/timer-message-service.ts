import { StorageError } from '@rocketmq-ts/base'
import type { Clock, Component, Log, Timer } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { TimerFiles, timerCheckpointBytes } from '@rocketmq-ts/store'
import type { MessageArrival, MessageStore, OpenedTimer, TimerFilesDeps, TimerProgress } from '@rocketmq-ts/store'
import type { BrokerServiceConfig } from '../load-broker-config'
import { PropertyScan } from '../messages/property-scan'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import { SAMPLING } from '../statistics/sampled-counter'
import { SystemTopic } from '../topics/topic-names'
import type { TopicTable } from '../topics/topic-table'
import { DueReader } from './due-reader'
import { resumePointOf } from './resume-point'
import { rollWindowOf } from './roll-window'
import { TimerCursor } from './timer-cursor'
import { TimerDequeue } from './timer-dequeue'
import { TimerEnqueue } from './timer-enqueue'
import { TimerMetrics } from './timer-metrics'
import { TimerPuts } from './timer-puts'
import { TimerRun } from './timer-run'

const CLEAN_INTERVAL_MS = 30_000

export interface TimerMessageServiceDeps extends Omit<TimerFilesDeps, 'clock'> {
  readonly store: Pick<
    MessageStore,
    | 'get'
    | 'put'
    | 'readRecord'
    | 'readRecords'
    | 'onArrival'
    | 'minOffset'
    | 'maxOffset'
    | 'minPhysicalOffset'
    | 'maxPhysicalOffset'
    | 'flushedPhysicalOffset'
  >
  readonly topics: Pick<TopicTable, 'find'>
  readonly statistics: Pick<BrokerStatistics, 'onPut'>
  /** `timermetrics`. */
  readonly file: Pick<ConfigFile, 'load' | 'save'>
  readonly clock: Pick<Clock, 'nowMs' | 'after' | 'every' | 'endOfTurn'>
  readonly log: Log
}

/** How the timer keeps up, for runtime info and metrics. */
export interface TimerState {
  readonly readBehindMs: number
  readonly offsetBehind: number
  readonly congestCount: number
  /** Messages per second, over the last minute. */
  readonly enqueueTps: number
  readonly dequeueTps: number
}

/** Progress that may be saved when the CommitLog is on the disk up to `physicalOffset`, and with it what was delivered. */
interface PendingProgress extends TimerProgress {
  readonly physicalOffset: number
}

/**
 * Messages for any later time. They lie on the timer topic; the timer files say which of them are due when; when they
 * are, they are put on their own topics. What a crash takes of the progress is done again: messages may come twice, and
 * none is lost. Source: store/timer/TimerMessageStore.java
 */
export class TimerMessageService implements Component {
  readonly metrics: TimerMetrics
  private readonly files: TimerFiles
  private readonly cursor: TimerCursor
  private readonly puts: TimerPuts
  private readonly enqueue: TimerEnqueue
  private readonly dequeue: TimerDequeue
  private run: TimerRun | null = null
  private loops: Promise<unknown> = Promise.resolve()
  private flushing: Promise<void> = Promise.resolve()
  private isFlushing = false
  private pending: PendingProgress | null = null
  private timers: readonly Timer[] = []
  private isFollowing = false
  private isFlushFailing = false

  constructor(
    private readonly config: BrokerServiceConfig,
    private readonly deps: TimerMessageServiceDeps,
  ) {
    this.files = new TimerFiles(config, deps)
    this.cursor = new TimerCursor(config.timerPrecisionMs)
    this.metrics = new TimerMetrics(deps)
    this.puts = new TimerPuts(deps)
    const { files, cursor, metrics, puts } = this
    const rooms = { ...deps, config, files, cursor, metrics, puts, scan: new PropertyScan() }
    this.enqueue = new TimerEnqueue({ ...rooms, window: () => rollWindowOf(config) })
    this.dequeue = new TimerDequeue({ ...rooms, reader: new DueReader(rooms) })
  }

  /** Goes on where the files say; without timerWheelEnable they are left alone. Rejects with StorageError. */
  async start(): Promise<void> {
    if (!this.config.timerWheelEnable) return
    const { store, clock, log } = this.deps
    this.metrics.load()
    const opened = await this.files.open(store.maxPhysicalOffset)
    const resume = await resumePointOf(opened, store, rollWindowOf(this.config))
    this.cursor.begin(opened.firstSlotMs ?? clock.nowMs(), clock.nowMs())
    log.info({ ...recoveryText(opened), queueOffset: resume.queueOffset }, 'timer opened')
    const run = (this.run = new TimerRun({ clock, log }))
    if (!this.isFollowing) store.onArrival(this.onArrival)
    this.isFollowing = true
    this.loops = Promise.all([this.enqueue.run(run, resume), this.dequeue.run(run)])
    this.timers = [
      clock.every(this.config.timerFlushIntervalMs, this.onFlushTime),
      clock.every(CLEAN_INTERVAL_MS, this.onCleanTime),
      clock.every(SAMPLING.minute.periodMs, this.onSampleTime),
    ]
  }

  async stop(): Promise<void> {
    if (this.run === null) return
    for (const timer of this.timers) timer.cancel()
    this.run.stop()
    this.run = null
    await this.loops
    await this.flushing
    this.pending = this.progress()
    await this.flush(null)
    this.files.close()
  }

  /** 56 bytes. */
  checkpointBytes(): Buffer {
    return timerCheckpointBytes(this.files.saved)
  }

  /** Messages that wait in the slot of `outMs`; 0 where the wheel cannot be read, as nobody is refused for that. */
  countAt(outMs: number): number {
    try {
      return this.run === null ? 0 : this.files.countAt(outMs)
    } catch (err) {
      if (!(err instanceof StorageError)) throw err
      this.deps.log.warn({ err }, 'the wheel of the timer cannot be read')
      return 0
    }
  }

  state(): TimerState | null {
    if (this.run === null) return null
    const nowMs = this.deps.clock.nowMs()
    return {
      readBehindMs: Math.max(0, nowMs - this.cursor.readTimeMs),
      offsetBehind: this.deps.store.maxOffset(SystemTopic.TIMER, 0) - this.enqueue.offset,
      congestCount: this.files.count,
      enqueueTps: this.enqueue.rate.snapshot('minute', nowMs).tps,
      dequeueTps: this.puts.rate.snapshot('minute', nowMs).tps,
    }
  }

  private readonly onArrival = ({ topic, queueOffset }: MessageArrival): void => {
    if (topic === SystemTopic.TIMER) this.enqueue.arrived(queueOffset)
  }

  private readonly onFlushTime = (): void => {
    if (this.isFlushing) return
    this.flushing = this.flush(this.deps.store.flushedPhysicalOffset)
  }

  private readonly onCleanTime = (): void => {
    this.files.deleteExpired(this.deps.store.minPhysicalOffset).catch((err: unknown) => {
      this.deps.log.error({ err }, 'old files of the timer log cannot be removed')
    })
  }

  private readonly onSampleTime = (): void => {
    for (const { rate } of [this.enqueue, this.puts]) rate.sample('minute', this.deps.clock.nowMs())
  }

  /** Null: whatever is on the disk; the store is about to see to it. */
  private async flush(flushedPhysicalOffset: number | null): Promise<void> {
    const { pending } = this
    this.isFlushing = true
    try {
      const isOnDisk = flushedPhysicalOffset === null || flushedPhysicalOffset >= (pending?.physicalOffset ?? 0)
      if (pending !== null && isOnDisk) await this.files.flush(pending)
      if (pending === null || isOnDisk) this.pending = this.progress()
      this.isFlushFailing = false
    } catch (err) {
      if (!this.isFlushFailing) this.deps.log.error({ err }, 'the progress of the timer cannot be saved')
      this.isFlushFailing = true
    } finally {
      this.isFlushing = false
    }
    await this.metrics.save()
  }

  private progress(): PendingProgress {
    return {
      ...this.enqueue.progress,
      readTimeMs: this.cursor.readTimeMs,
      physicalOffset: this.deps.store.maxPhysicalOffset,
    }
  }
}

function recoveryText({ count, isLogShort, unitsBeyond }: OpenedTimer): object {
  return { count, isLogShort, newerThanCheckpoint: unitsBeyond.size }
}
