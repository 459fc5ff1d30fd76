import { StorageError } from '@rocketmq-ts/base'
import type { Clock, Log } from '@rocketmq-ts/base'
import { javaStringHashCode } from '@rocketmq-ts/protocol'
import { TimerMagic } from '@rocketmq-ts/store'
import type {
  GetMessageResult,
  GetMessageStatus,
  MessageStore,
  NewTimerUnit,
  TimerFiles,
  TimerProgress,
} from '@rocketmq-ts/store'
import type { PropertyScan } from '../messages/property-scan'
import { getMessages, messagesIn } from '../messages/store-calls'
import { SampledCounter } from '../statistics/sampled-counter'
import { SystemTopic } from '../topics/topic-names'
import type { ResumePoint } from './resume-point'
import { slotTimeOf } from './roll-window'
import type { RollWindow } from './roll-window'
import { deliveredMessageOf, timedRecordOf } from './timed-record'
import type { TimedRecord } from './timed-record'
import type { TimerCursor } from './timer-cursor'
import type { TimerMetrics } from './timer-metrics'
import type { TimerPuts } from './timer-puts'
import type { TimerRun } from './timer-run'

const BATCH_COUNT_MAX = 32
/** An arrival wakes the reader; nothing else has to. */
const IDLE_MS = 10_000
const STOPPED_MS = 100

export interface TimerEnqueueDeps {
  readonly config: { readonly timerStopEnqueue: boolean }
  readonly store: Pick<MessageStore, 'get'>
  readonly files: Pick<TimerFiles, 'add' | 'isTaken' | 'logEnd'>
  readonly cursor: TimerCursor
  readonly puts: TimerPuts
  readonly metrics: TimerMetrics
  readonly window: () => RollWindow
  readonly scan: PropertyScan
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

/**
 * Reads the timer topic as messages come, and puts each into the slot of its time; one whose time has come meanwhile
 * goes straight to its own topic. Source: store/timer/TimerMessageStore.java
 */
export class TimerEnqueue {
  /** All messages before it are in the wheel, or delivered. */
  private enqueuedOffset = 0
  private logPosition = 0
  private arrivedOffset = 0
  private wake: (() => void) | null = null
  /** Messages read. */
  readonly rate: SampledCounter

  constructor(private readonly deps: TimerEnqueueDeps) {
    this.rate = new SampledCounter(deps.clock.nowMs())
  }

  get offset(): number {
    return this.enqueuedOffset
  }

  /** The TimerLog up to `logPosition` holds the messages before `queueOffset`, and no others. */
  get progress(): Pick<TimerProgress, 'queueOffset' | 'logPosition'> {
    return { queueOffset: this.enqueuedOffset, logPosition: this.logPosition }
  }

  arrived(queueOffset: number): void {
    this.arrivedOffset = queueOffset + 1
    this.wake?.()
  }

  /** Resolves when the run is over. */
  async run(run: TimerRun, resume: ResumePoint): Promise<void> {
    this.goTo(resume.queueOffset)
    while (!run.isOver) {
      if (this.deps.config.timerStopEnqueue) await run.sleep(STOPPED_MS)
      else await run.retry('the timer topic cannot be read', () => this.enqueueNext(run, resume))
      await run.nextTurn()
    }
  }

  private async enqueueNext(run: TimerRun, resume: ResumePoint): Promise<void> {
    const batch = await getMessages(this.deps.store, {
      topic: SystemTopic.TIMER,
      queueId: 0,
      queueOffset: this.enqueuedOffset,
      messageCountMax: BATCH_COUNT_MAX,
      bytesMax: null,
      filter: null,
    })
    const { status, nextBeginOffset } = batch
    try {
      if (status === 'FOUND' && !(await this.enqueue(run, this.timedRecordsOf(batch, resume)))) return
    } finally {
      batch.release()
    }
    if (status !== 'FOUND' && nextBeginOffset === this.enqueuedOffset) await this.nextArrival(run, status)
    else if (status !== 'FOUND') this.deps.log.warn({ status, nextBeginOffset }, 'timed messages are no longer there')
    this.goTo(nextBeginOffset)
  }

  private goTo(queueOffset: number): void {
    this.enqueuedOffset = queueOffset
    this.logPosition = this.deps.files.logEnd
  }

  private async nextArrival(run: TimerRun, status: GetMessageStatus): Promise<void> {
    const { enqueuedOffset } = this
    if (this.arrivedOffset > enqueuedOffset) {
      throw new StorageError(`message ${enqueuedOffset} of the timer topic cannot be read: ${status}`)
    }
    await run.sleep(IDLE_MS, wake => (this.wake = wake))
  }

  private timedRecordsOf(batch: GetMessageResult, resume: ResumePoint): TimedRecord[] {
    const { scan, log } = this.deps
    const records: TimedRecord[] = []
    for (const message of messagesIn(batch)) {
      this.rate.add(1, 1)
      const timed = timedRecordOf(message, scan)
      const { physicalOffset, queueOffset } = message
      // Java stays at such a message for ever.
      if (timed === null) log.error({ physicalOffset, queueOffset }, 'no timed message on the timer topic: left out')
      else if (!resume.isDone(timed)) records.push(timed)
    }
    return records
  }

  /** False if the run ended before all were where they belong. */
  private async enqueue(run: TimerRun, records: readonly TimedRecord[]): Promise<boolean> {
    const { cursor, clock } = this.deps
    let waiting = records
    while (waiting.length > 0) {
      if (run.isOver) return false
      cursor.moveWriteTime(clock.nowMs())
      const due = waiting.filter(({ outMs }) => outMs < cursor.writeTimeMs)
      if (due.length > 0) {
        if (!(await this.deliver(run, due))) return false
        waiting = waiting.filter(timed => !due.includes(timed))
      } else
        waiting = waiting.slice(
          (await run.retry('timed messages wait for the disk', () => this.add(run, waiting))) ?? 0,
        )
    }
    return true
  }

  private deliver(run: TimerRun, due: readonly TimedRecord[]): Promise<boolean> {
    const { puts, scan, clock } = this.deps
    const stamps = { enqueueMs: null, dequeueMs: clock.nowMs() }
    const messages = due.filter(({ recalls }) => recalls === null).map(timed => deliveredMessageOf(timed, stamps, scan))
    return puts.putAll(run, messages)
  }

  /** Puts the first of the messages into the wheel; returns how many. Throws StorageError. */
  private async add(run: TimerRun, waiting: readonly TimedRecord[]): Promise<number> {
    const { files, cursor, metrics } = this.deps
    const units = waiting.map(timed => this.unitOf(timed))
    // After two weeks of standing still, a slot may not be taken before what it holds is delivered.
    const freeCount = units.findIndex(({ slotTimeMs }) => files.isTaken(slotTimeMs, cursor.readTimeMs))
    if (freeCount === 0) {
      await run.sleep(STOPPED_MS)
      return 0
    }
    const addedCount = files.add(freeCount < 0 ? units : units.slice(0, freeCount))
    for (const { realTopic, recalls } of waiting.slice(0, addedCount)) metrics.add(realTopic, recalls === null ? 1 : -1)
    return addedCount
  }

  private unitOf({ record, outMs, realTopic, recalls }: TimedRecord): NewTimerUnit {
    const { writeTimeMs } = this.deps.cursor
    const { slotTimeMs, rolls } = slotTimeOf({ outMs, writeTimeMs }, this.deps.window())
    const roll = rolls ? TimerMagic.ROLL : 0
    return {
      magic: TimerMagic.DEFAULT | roll | (recalls === null ? 0 : TimerMagic.DELETE),
      writeTimeMs,
      slotTimeMs,
      physicalOffset: record.physicalOffset,
      recordBytes: record.recordBytes,
      topicHash: javaStringHashCode(realTopic),
    }
  }
}
