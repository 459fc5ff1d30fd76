import type { Clock, Log } from '@rocketmq-ts/base'
import { readStoredMessage } from '@rocketmq-ts/protocol'
import { TimerMagic } from '@rocketmq-ts/store'
import type { DueSlot, DueUnit, DueUnits, MessageToStore, TimerFiles } from '@rocketmq-ts/store'
import type { PropertyScan } from '../messages/property-scan'
import { SystemTopic } from '../topics/topic-names'
import type { DueReader } from './due-reader'
import { deliveredMessageOf, rolledMessageOf, timedRecordOf } from './timed-record'
import type { TimedRecord } from './timed-record'
import type { TimerCursor } from './timer-cursor'
import type { TimerMetrics } from './timer-metrics'
import type { TimerPuts } from './timer-puts'
import type { TimerRun } from './timer-run'

/** Read and put together: messages, and bytes unless one alone has more. */
const DUE_COUNT_MAX = 128
const DUE_BYTES_MAX = 1024 ** 2
/** Empty slots that are passed in one turn. */
const PASSED_COUNT_MAX = 5_000
const STOPPED_MS = 100

export interface TimerDequeueDeps {
  readonly config: { readonly timerStopDequeue: boolean; readonly timerPrecisionMs: number }
  readonly files: Pick<TimerFiles, 'countAt' | 'isEmpty' | 'passed'>
  readonly reader: DueReader
  readonly cursor: TimerCursor
  readonly puts: TimerPuts
  readonly metrics: TimerMetrics
  readonly scan: PropertyScan
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

/**
 * Delivers slot after slot as they come due, each when the next one begins: never early, and at most a step late. The
 * messages of a slot go in the order in which they came, without those that were recalled.
 * Source: store/timer/TimerMessageStore.java
 */
export class TimerDequeue {
  constructor(private readonly deps: TimerDequeueDeps) {}

  /** Resolves when the run is over. */
  async run(run: TimerRun): Promise<void> {
    const { config, cursor, reader, clock } = this.deps
    while (!run.isOver) {
      cursor.moveWriteTime(clock.nowMs())
      reader.follow(run, cursor.readTimeMs)
      if (config.timerStopDequeue) await run.sleep(STOPPED_MS)
      else if (!cursor.isBehind) await run.sleep(cursor.writeTimeMs + config.timerPrecisionMs - clock.nowMs())
      else await run.retry('the wheel of the timer cannot be read', () => this.deliverNext(run))
      await run.nextTurn()
    }
    await reader.stop()
  }

  /** Rejects with StorageError before anything was delivered. */
  private async deliverNext(run: TimerRun): Promise<void> {
    const { cursor, files } = this.deps
    for (let passed = 0; passed < PASSED_COUNT_MAX && cursor.isBehind; passed += 1) {
      if (!files.isEmpty(cursor.readTimeMs)) {
        if (await this.deliverSlot(run, cursor.readTimeMs)) cursor.moveReadTime()
        return
      }
      cursor.moveReadTime()
    }
  }

  /** False if the run ended before all messages of the slot were delivered. */
  private async deliverSlot(run: TimerRun, slotTimeMs: number): Promise<boolean> {
    const { files, reader, log } = this.deps
    const count = files.countAt(slotTimeMs)
    const parts = await reader.slotAt(slotTimeMs)
    for (const { broken, messages } of parts) {
      if (broken === null) continue
      log.error({ err: broken, slotTimeMs, count: messages.count }, 'messages of a slot are not found')
    }
    const recalled = await this.recalledKeys(run, parts)
    for (const { messages } of parts) {
      for (const units of batchesOf(messages)) if (!(await this.handOn(run, units, recalled))) return false
    }
    files.passed(count)
    return !run.isOver
  }

  private async recalledKeys(run: TimerRun, parts: readonly DueSlot[]): Promise<ReadonlySet<string>> {
    const keys = new Set<string>()
    for (const { recalls } of parts) {
      for (const units of batchesOf(recalls)) {
        const records = (await this.read(run, units)) ?? []
        for (const [index, record] of records.entries()) {
          const timed = this.timedRecordOf(units[index] as DueUnit, record)
          if (timed === null || timed.recalls === null) continue
          keys.add(timed.recalls)
          this.deps.metrics.add(timed.realTopic, 1)
        }
      }
    }
    return keys
  }

  /** False if the run ended before all messages of the units were delivered. */
  private async handOn(run: TimerRun, units: readonly DueUnit[], recalled: ReadonlySet<string>): Promise<boolean> {
    const { puts, scan, metrics, clock } = this.deps
    const records = await this.read(run, units)
    if (records === null) return false
    const dequeueMs = clock.nowMs()
    const messages: MessageToStore[] = []
    units.forEach((unit, index) => {
      const timed = this.timedRecordOf(unit, records[index] ?? null)
      if (timed === null) return
      metrics.add(timed.realTopic, timed.recalls === null ? -1 : 1)
      const stamps = { enqueueMs: unit.writeTimeMs, dequeueMs }
      if ((unit.magic & TimerMagic.ROLL) !== 0) messages.push(rolledMessageOf(timed, stamps, scan))
      else if (!isRecalled(timed, recalled)) messages.push(deliveredMessageOf(timed, stamps, scan))
    })
    return puts.putAll(run, messages)
  }

  /** Null if the run ended. */
  private read(run: TimerRun, units: readonly DueUnit[]): Promise<readonly (Buffer | null)[] | null> {
    return run.retry('timed messages cannot be read', () => this.deps.reader.recordsOf(units))
  }

  /** Null for what is not there any more. */
  private timedRecordOf({ physicalOffset }: DueUnit, bytes: Buffer | null): TimedRecord | null {
    const record = bytes === null ? null : readStoredMessage(bytes, 0)
    const timed = record?.topic === SystemTopic.TIMER ? timedRecordOf(record, this.deps.scan) : null
    if (timed === null)
      this.deps.log.error({ physicalOffset }, 'a timed message is lost: the CommitLog does not have it any more')
    return timed
  }
}

/** The units in the order in which they came, as many at a time as are delivered together. */
function* batchesOf(units: DueUnits): Generator<readonly DueUnit[], void> {
  let batch: DueUnit[] = []
  let bytes = 0
  for (const unit of units.oldestFirst()) {
    bytes += unit.recordBytes
    if (batch.length === DUE_COUNT_MAX || (batch.length > 0 && bytes > DUE_BYTES_MAX)) {
      yield batch
      batch = []
      bytes = unit.recordBytes
    }
    batch.push(unit)
  }
  if (batch.length > 0) yield batch
}

/** Brokers of before 5.5 wrote the topic into the key. */
function isRecalled({ uniqueKey, realTopic }: TimedRecord, keys: ReadonlySet<string>): boolean {
  return uniqueKey !== null && keys.size > 0 && (keys.has(uniqueKey) || keys.has(`${realTopic}+${uniqueKey}`))
}
