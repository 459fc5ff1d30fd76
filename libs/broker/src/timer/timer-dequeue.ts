import type { Clock, Log } from '@rocketmq-ts/base'
import { readStoredMessage } from '@rocketmq-ts/protocol'
import { TimerMagic } from '@rocketmq-ts/store'
import type { DueUnit, DueUnits, MessageStore, TimerFiles } from '@rocketmq-ts/store'
import type { PropertyScan } from '../messages/property-scan'
import { SystemTopic } from '../topics/topic-names'
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
  readonly store: Pick<MessageStore, 'readRecord'>
  readonly files: Pick<TimerFiles, 'countAt' | 'isEmpty' | 'readSlot' | 'passed'>
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
    const { config, cursor, clock } = this.deps
    while (!run.isOver) {
      cursor.moveWriteTime(clock.nowMs())
      if (config.timerStopDequeue) await run.sleep(STOPPED_MS)
      else if (!cursor.isBehind) await run.sleep(cursor.writeTimeMs + config.timerPrecisionMs - clock.nowMs())
      else await run.retry('the wheel of the timer cannot be read', () => this.deliverNext(run))
      await run.nextTurn()
    }
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
    const { files, log } = this.deps
    const count = files.countAt(slotTimeMs)
    const slot = await files.readSlot(slotTimeMs)
    if (slot === null) return true
    const { recalls, messages, broken } = slot
    if (broken !== null)
      log.error({ err: broken, slotTimeMs, count: messages.count }, 'messages of a slot are not found')
    const recalled = await this.recalledKeys(run, recalls)
    for (let left = messages.count; left > 0;) {
      const units = unitsBefore(messages, left)
      left -= units.length
      const records = await this.read(run, units)
      if (records === null || !(await this.handOn(run, records, recalled))) return false
    }
    files.passed(count)
    return !run.isOver
  }

  private async recalledKeys(run: TimerRun, recalls: DueUnits): Promise<ReadonlySet<string>> {
    const keys = new Set<string>()
    for (let left = recalls.count; left > 0;) {
      const units = unitsBefore(recalls, left)
      left -= units.length
      for (const { timed } of (await this.read(run, units)) ?? []) {
        if (timed.recalls === null) continue
        keys.add(timed.recalls)
        this.deps.metrics.add(timed.realTopic, 1)
      }
    }
    return keys
  }

  /** The messages of the units, without what is not there any more. Null if the run ended. */
  private async read(run: TimerRun, units: readonly DueUnit[]): Promise<DueRecord[] | null> {
    const { store } = this.deps
    const read = (): Promise<(Buffer | null)[]> =>
      Promise.all(units.map(({ physicalOffset }) => store.readRecord(physicalOffset)))
    const records = await run.retry('timed messages cannot be read', read)
    if (records === null) return null
    return units.flatMap((unit, index) => this.dueRecordOf(unit, records[index] ?? null) ?? [])
  }

  private dueRecordOf(unit: DueUnit, bytes: Buffer | null): DueRecord | null {
    const { physicalOffset } = unit
    const record = bytes === null ? null : readStoredMessage(bytes, 0)
    const timed = record?.topic === SystemTopic.TIMER ? timedRecordOf(record, this.deps.scan) : null
    if (timed !== null) return { unit, timed }
    this.deps.log.error({ physicalOffset }, 'a timed message is lost: the CommitLog does not have it any more')
    return null
  }

  private handOn(run: TimerRun, records: readonly DueRecord[], recalled: ReadonlySet<string>): Promise<boolean> {
    const { puts, scan, metrics, clock } = this.deps
    const dequeueMs = clock.nowMs()
    const messages = []
    for (const { unit, timed } of records) {
      metrics.add(timed.realTopic, timed.recalls === null ? -1 : 1)
      const stamps = { enqueueMs: unit.writeTimeMs, dequeueMs }
      if ((unit.magic & TimerMagic.ROLL) !== 0) messages.push(rolledMessageOf(timed, stamps, scan))
      else if (!isRecalled(timed, recalled)) messages.push(deliveredMessageOf(timed, stamps, scan))
    }
    return puts.putAll(run, messages)
  }
}

interface DueRecord {
  readonly unit: DueUnit
  readonly timed: TimedRecord
}

/** The last units before `end`, in the order in which they came: the list has the newest first. */
function unitsBefore(units: DueUnits, end: number): readonly DueUnit[] {
  const batch: DueUnit[] = []
  let bytes = 0
  for (let index = end - 1; index >= 0 && batch.length < DUE_COUNT_MAX; index -= 1) {
    const unit = units.at(index)
    bytes += unit.recordBytes
    if (batch.length > 0 && bytes > DUE_BYTES_MAX) break
    batch.push(unit)
  }
  return batch
}

/** Brokers of before 5.5 wrote the topic into the key. */
function isRecalled({ uniqueKey, realTopic }: TimedRecord, keys: ReadonlySet<string>): boolean {
  return uniqueKey !== null && keys.size > 0 && (keys.has(uniqueKey) || keys.has(`${realTopic}+${uniqueKey}`))
}
