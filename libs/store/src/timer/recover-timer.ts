import type { TimerCheckpointContent } from './timer-checkpoint'
import type { PlacedTimerUnit, TimerLog } from './timer-log'
import { NO_POSITION, TIMER_UNIT_BYTES, TimerMagic } from './timer-unit'
import type { TimerSlot, TimerWheel } from './timer-wheel'

/** Of the log before what the checkpoint says, read once more: the wheel may lack the newest of it. */
const REPLAY_BYTES = 1024 ** 2
/** Slots whose units are looked at, to see whether wheel and log belong together. */
const SAMPLE_COUNT = 8

export interface RecoverTimerParts {
  readonly log: TimerLog
  readonly wheel: TimerWheel
  /** It knows nothing of the log. */
  readonly isWheelNew: boolean
  readonly checkpoint: TimerCheckpointContent | null
  /** Slots before it are delivered. */
  readonly readTimeMs: number
  /** End of the CommitLog: units for messages behind it are for messages that are lost. */
  readonly maxPhysicalOffset: number
  readonly precisionMs: number
}

export interface RecoveredTimer {
  /** Time of the first slot that is to be delivered; null if there is none. */
  readonly firstSlotMs: number | null
  /** Messages that are in the wheel, counted as the wheel does. */
  readonly count: number
  readonly lastUnit: PlacedTimerUnit | null
  /** Physical offsets of the messages with units that the checkpoint does not speak of: they are not to get a second one. */
  readonly unitsBeyond: ReadonlySet<number>
  /** The log lacks units that the checkpoint speaks of: their messages have to be read again. */
  readonly isLogShort: boolean
}

/**
 * Makes log and wheel agree. The log is cut after its last good unit; slots that point behind the cut, and those that
 * lack what a crash took from the wheel, are made from the log again. Rejects with StorageError.
 */
export async function recoverTimer(parts: RecoverTimerParts): Promise<RecoveredTimer> {
  const { log, wheel, checkpoint } = parts
  const syncedPosition = checkpoint?.logPosition ?? 0
  const end = await findEnd(parts, syncedPosition)
  log.truncate(end.position)
  const { replayFrom, count, firstSlotMs } = await checkWheel(parts, Math.min(end.scannedFrom, end.position))
  const replayed = await replay(parts, replayFrom)
  wheel.write()
  return {
    firstSlotMs: earlier(firstSlotMs, replayed.firstSlotMs),
    count: count + replayed.count,
    lastUnit: end.lastUnit,
    unitsBeyond: end.unitsBeyond,
    // A file that was closed ends behind its last unit.
    isLogShort: end.position + 2 * TIMER_UNIT_BYTES < syncedPosition,
  }
}

interface LogEnd {
  readonly position: number
  readonly scannedFrom: number
  readonly lastUnit: PlacedTimerUnit | null
  readonly unitsBeyond: ReadonlySet<number>
}

async function findEnd(parts: RecoverTimerParts, syncedPosition: number): Promise<LogEnd> {
  const { log } = parts
  const near = log.placeBefore(Math.max(log.startPosition, syncedPosition - REPLAY_BYTES))
  const end = await scanToEnd(parts, near, syncedPosition)
  return end.lastUnit !== null || near === log.startPosition ? end : scanToEnd(parts, log.startPosition, syncedPosition)
}

async function scanToEnd(
  { log, maxPhysicalOffset, checkpoint }: RecoverTimerParts,
  scannedFrom: number,
  syncedPosition: number,
): Promise<LogEnd> {
  const unitsBeyond = new Set<number>()
  let lastUnit: PlacedTimerUnit | null = null
  for await (const unit of log.unitsFrom(scannedFrom)) {
    if (unit.physicalOffset + unit.recordBytes > maxPhysicalOffset) break
    if (checkpoint !== null && unit.position >= syncedPosition) unitsBeyond.add(unit.physicalOffset)
    lastUnit = unit
  }
  const position = lastUnit === null ? scannedFrom : lastUnit.position + TIMER_UNIT_BYTES
  return { position, scannedFrom, lastUnit, unitsBeyond }
}

interface CheckedWheel {
  readonly replayFrom: number
  readonly count: number
  readonly firstSlotMs: number | null
}

/** Empties slots that point behind the end of the log, or all if the wheel is not one of this log. */
async function checkWheel(parts: RecoverTimerParts, replayFrom: number): Promise<CheckedWheel> {
  const { log, wheel, readTimeMs, isWheelNew } = parts
  const unknown: CheckedWheel = { replayFrom: log.startPosition, count: 0, firstSlotMs: null }
  if (isWheelNew) return unknown
  const samples: TimerSlot[] = []
  const broken: TimerSlot[] = []
  let count = 0
  let firstSlotMs: number | null = null
  for (const slot of wheel.slots()) {
    if (slot.timeMs < readTimeMs || slot.lastPosition === NO_POSITION) continue
    if (slot.lastPosition >= log.end) {
      broken.push(slot)
      continue
    }
    count += slot.count
    firstSlotMs = earlier(firstSlotMs, slot.timeMs)
    if (samples.length < SAMPLE_COUNT) samples.push(slot)
  }
  for (const slot of samples) {
    if (await isOfLog(parts, slot)) continue
    wheel.clear()
    return unknown
  }
  let from = replayFrom
  for (const { timeMs, firstPosition } of broken) {
    wheel.put({ timeMs, firstPosition: NO_POSITION, lastPosition: NO_POSITION, count: 0 })
    if (firstPosition !== NO_POSITION) from = Math.min(from, firstPosition)
  }
  return { replayFrom: from, count, firstSlotMs }
}

async function isOfLog({ log, precisionMs }: RecoverTimerParts, slot: TimerSlot): Promise<boolean> {
  const unit = await log.read(slot.lastPosition)
  return unit !== null && unit.slotTimeMs - (unit.slotTimeMs % precisionMs) === slot.timeMs
}

async function replay(
  { log, wheel, readTimeMs }: RecoverTimerParts,
  from: number,
): Promise<Omit<CheckedWheel, 'replayFrom'>> {
  let count = 0
  let firstSlotMs: number | null = null
  for await (const { slotTimeMs, magic, position } of log.unitsFrom(log.placeBefore(from))) {
    if (slotTimeMs < readTimeMs) continue
    const change = (magic & TimerMagic.DELETE) === 0 ? 1 : -1
    if (!wheel.add(slotTimeMs, position, change)) continue
    count += change
    firstSlotMs = earlier(firstSlotMs, slotTimeMs)
  }
  return { count, firstSlotMs }
}

function earlier(left: number | null, right: number | null): number | null {
  if (left === null || right === null) return left ?? right
  return Math.min(left, right)
}
