import { StorageError } from '@rocketmq-ts/base'
import type { DueSlot, DueUnit, MessageStore, TimerFiles } from '@rocketmq-ts/store'
import type { TimerRun } from './timer-run'

/** Slots are read together for so long; one slot at least. */
const SPAN_MS = 1_000
/** Of a span that is read before it is due, one or two at a time: messages, and bytes of them. */
const AHEAD_COUNT_MAX = 50_000
const AHEAD_BYTES_MAX = 8 * 1024 ** 2
/** Records that are asked for together: between two times everybody else has a turn. */
const AHEAD_AT_ONCE_MAX = 1024

export interface DueReaderDeps {
  readonly config: { readonly timerPrecisionMs: number }
  readonly store: Pick<MessageStore, 'readRecords'>
  readonly files: Pick<TimerFiles, 'readSlot' | 'readSlots'>
}

/** The slots of some time, as far as they were read before it came. */
interface AheadSpan {
  readonly fromMs: number
  readonly untilMs: number
  slots: ReadonlyMap<number, DueSlot>
  /** By physical offset. */
  readonly records: Map<number, Buffer>
  /** Resolves when all is there. */
  reading: Promise<void>
}

/**
 * Reads the messages of slots, most of them before they are due: then they have only to be put, and come in time. What
 * is due together lies scattered among what is due at other times; by a whole span it is read in order of the place.
 */
export class DueReader {
  private spans: AheadSpan[] = []

  constructor(private readonly deps: DueReaderDeps) {}

  /** The slot of `nextMs` is the next one: reads ahead from there. */
  follow(run: TimerRun, nextMs: number): void {
    this.spans = this.spans.filter(({ untilMs }) => untilMs > nextMs)
    const readUntilMs = this.spans.at(-1)?.untilMs ?? nextMs
    if (readUntilMs < nextMs + SPAN_MS / 2) this.spans.push(this.spanFrom(run, readUntilMs))
  }

  /** Resolves when nothing is being read. What was read is forgotten. */
  async stop(): Promise<void> {
    for (const { reading } of this.spans.splice(0)) await reading
  }

  /** The messages of a slot that is due, the older ones first. Rejects with StorageError. */
  async slotAt(timeMs: number): Promise<readonly DueSlot[]> {
    const span = this.spans.find(({ fromMs, untilMs }) => timeMs >= fromMs && timeMs < untilMs)
    await span?.reading
    const older = span?.slots.get(timeMs) ?? null
    const newer = await this.deps.files.readSlot(timeMs, older)
    return [older, newer].filter(part => part !== null)
  }

  /** The records of the units; null for one that is not there any more. Rejects with StorageError. */
  async recordsOf(units: readonly DueUnit[]): Promise<readonly (Buffer | null)[]> {
    const known = units.map(({ physicalOffset }) => this.knownRecord(physicalOffset))
    const others = units.filter((_, index) => known[index] === null)
    if (others.length === 0) return known
    const records = (await this.deps.store.readRecords(others)).values()
    return known.map(record => record ?? records.next().value ?? null)
  }

  private knownRecord(physicalOffset: number): Buffer | null {
    for (const { records } of this.spans) {
      const record = records.get(physicalOffset)
      if (record !== undefined) return record
    }
    return null
  }

  private spanFrom(run: TimerRun, fromMs: number): AheadSpan {
    const { timerPrecisionMs } = this.deps.config
    const timesMs: number[] = []
    for (let timeMs = fromMs; timeMs < fromMs + SPAN_MS; timeMs += timerPrecisionMs) timesMs.push(timeMs)
    const untilMs = fromMs + timesMs.length * timerPrecisionMs
    const span = { fromMs, untilMs, slots: new Map(), records: new Map(), reading: Promise.resolve() }
    span.reading = this.readAhead(run, span, timesMs)
    return span
  }

  private async readAhead(run: TimerRun, span: AheadSpan, timesMs: readonly number[]): Promise<void> {
    try {
      span.slots = await this.deps.files.readSlots(timesMs, AHEAD_COUNT_MAX)
      const units = firstUnitsOf([...span.slots.values()])
      units.sort((left, right) => left.physicalOffset - right.physicalOffset)
      for (let first = 0; first < units.length && !run.isOver; first += AHEAD_AT_ONCE_MAX) {
        await this.keepRecords(span, units.slice(first, first + AHEAD_AT_ONCE_MAX))
        await run.nextTurn()
      }
    } catch (error) {
      // Who delivers the messages meets it again, and says so.
      if (!(error instanceof StorageError)) throw error
    }
  }

  private async keepRecords(span: AheadSpan, units: readonly DueUnit[]): Promise<void> {
    const records = await this.deps.store.readRecords(units)
    units.forEach(({ physicalOffset }, index) => {
      const record = records[index] ?? null
      if (record !== null) span.records.set(physicalOffset, record)
    })
  }
}

/** As many as may be kept, of those that are due first. */
function firstUnitsOf(slots: readonly DueSlot[]): DueUnit[] {
  const units: DueUnit[] = []
  let bytes = 0
  for (const { recalls, messages } of slots) {
    for (const unit of [...recalls.oldestFirst(), ...messages.oldestFirst()]) {
      bytes += unit.recordBytes
      if (bytes > AHEAD_BYTES_MAX) return units
      units.push(unit)
    }
  }
  return units
}
