import { CorruptDataError } from '@rocketmq-ts/base'
import type { Clock, Disk, Log } from '@rocketmq-ts/base'
import type { MessageStoreConfig } from '../message-store-config'
import { storePaths } from '../store-paths'
import { readDueSlots } from './due-units'
import type { ChainPart, DueSlot } from './due-units'
import { recoverTimer } from './recover-timer'
import type { RecoveredTimer } from './recover-timer'
import { TimerCheckpoint } from './timer-checkpoint'
import type { TimerCheckpointContent, TimerProgress, TimerVersion } from './timer-checkpoint'
import { TimerLog } from './timer-log'
import { NO_POSITION, TIMER_UNIT_BYTES, TimerMagic } from './timer-unit'
import type { TimerUnit } from './timer-unit'
import { TIMER_WHEEL_SLOTS, TimerWheel } from './timer-wheel'

/** What the timer reads again when its checkpoint is lost, as in Java: a week, but a minute. */
const LOOK_BACK_SLOTS = TIMER_WHEEL_SLOTS / 2 - 60

export type TimerFilesConfig = Pick<
  MessageStoreConfig,
  'storePathRootDir' | 'storePathCommitLog' | 'mappedFileSizeTimerLog' | 'timerPrecisionMs'
>

export interface TimerFilesDeps {
  readonly disk: Disk
  readonly clock: Pick<Clock, 'nowMs'>
  readonly log: Log
}

/** A timed message, before it has a place. */
export type NewTimerUnit = Omit<TimerUnit, 'prevPosition'>

export interface OpenedTimer extends RecoveredTimer {
  readonly checkpoint: TimerCheckpointContent | null
  /** Slots before it are delivered. */
  readonly readTimeMs: number
}

/**
 * Messages for a later time on the disk, as Java keeps them: the TimerLog has them in the order in which they came, the
 * wheel finds those of one time in it, `config/timercheck` says how far both are. Nobody opens them before the store is
 * locked. Source: store/timer/TimerMessageStore.java
 */
export class TimerFiles {
  private readonly log: TimerLog
  private readonly wheel: TimerWheel
  private readonly checkpoint: TimerCheckpoint
  private version: TimerVersion = { stateVersion: 0, timestamp: 0, counter: 0 }
  private savedContent: TimerCheckpointContent | null = null
  /** After a sync that failed nobody knows what is on the disk: the checkpoint stays where it is. */
  private hasSyncFailed = false
  private messageCount = 0

  constructor(
    private readonly config: TimerFilesConfig,
    private readonly deps: TimerFilesDeps,
  ) {
    const { timerLog, timerWheel, timerCheckpoint } = storePaths(config)
    this.log = new TimerLog({ folder: timerLog, fileBytes: config.mappedFileSizeTimerLog }, deps.disk)
    this.wheel = new TimerWheel({ path: timerWheel, precisionMs: config.timerPrecisionMs }, deps.disk)
    this.checkpoint = new TimerCheckpoint(timerCheckpoint, deps.disk)
  }

  /** Opens the files and makes them agree. Rejects with StorageError. */
  async open(maxPhysicalOffset: number): Promise<OpenedTimer> {
    const { timerPrecisionMs: precisionMs } = this.config
    const checkpoint = this.checkpoint.load()
    const lookBackMs = this.deps.clock.nowMs() - LOOK_BACK_SLOTS * precisionMs
    const readTimeMs = this.floor(checkpoint === null ? lookBackMs : checkpoint.readTimeMs)
    this.loadLog(checkpoint?.logPosition ?? 0)
    const isWheelNew = this.wheel.open()
    const parts = {
      log: this.log,
      wheel: this.wheel,
      isWheelNew,
      checkpoint,
      readTimeMs,
      maxPhysicalOffset,
      precisionMs,
    }
    const recovered = await recoverTimer(parts)
    await this.wheel.replaceSnapshots()
    if (checkpoint !== null) this.version = checkpoint.version
    this.savedContent = checkpoint
    this.messageCount = recovered.count
    this.hasSyncFailed = false
    return { ...recovered, checkpoint, readTimeMs }
  }

  /** Messages in the wheel; recalls count one less, as in Java. */
  get count(): number {
    return this.messageCount
  }

  get logEnd(): number {
    return this.log.end
  }

  /** What GET_TIMER_CHECK_POINT says. */
  get saved(): TimerCheckpointContent {
    return (
      this.savedContent ?? {
        ...{ readTimeMs: 0, logPosition: 0, queueOffset: 0, masterQueueOffset: 0 },
        version: this.version,
      }
    )
  }

  countAt(timeMs: number): number {
    return this.wheel.find(timeMs)?.count ?? 0
  }

  /** True while the slot of `timeMs` holds messages of a time at or after `readTimeMs` that is another one. */
  isTaken(timeMs: number, readTimeMs: number): boolean {
    const slot = this.wheel.slotAt(timeMs)
    return slot !== null && slot.timeMs !== this.floor(timeMs) && slot.timeMs >= readTimeMs
  }

  /** Puts the first of the messages into the slots of their times; returns how many. Throws StorageError: none, then. */
  add(units: readonly NewTimerUnit[]): number {
    if (this.log.unitsThatFit === 0) this.log.roll()
    const fitting = units.slice(0, this.log.unitsThatFit)
    this.addTogether(fitting)
    return fitting.length
  }

  /** The messages of a slot, those that came behind `known` if it is given; null if there are none. Rejects with StorageError. */
  async readSlot(timeMs: number, known: DueSlot | null = null): Promise<DueSlot | null> {
    const part = this.chainOf(timeMs, known)
    return part === null ? null : ((await readDueSlots(this.log, [part]))?.[0] ?? null)
  }

  /**
   * The messages of the slots at these times, without those that are empty; of none if there are more messages than
   * `unitCountMax`. Rejects with StorageError.
   */
  async readSlots(timesMs: readonly number[], unitCountMax: number): Promise<ReadonlyMap<number, DueSlot>> {
    const taken = timesMs.filter(timeMs => !this.isEmpty(timeMs))
    const parts = taken.flatMap(timeMs => this.chainOf(timeMs, null) ?? [])
    const slots = (await readDueSlots(this.log, parts, unitCountMax)) ?? []
    return new Map(slots.map((slot, index) => [taken[index] as number, slot]))
  }

  isEmpty(timeMs: number): boolean {
    return this.chainOf(timeMs, null) === null
  }

  /** A slot was delivered that had `count` messages. */
  passed(count: number): void {
    this.messageCount -= count
  }

  /** Log and wheel survive a loss of power, and then `progress` does. Rejects with StorageError. */
  async flush(progress: TimerProgress): Promise<void> {
    if (this.hasSyncFailed) return
    const saved = this.savedContent
    const hasMoved = saved?.logPosition !== progress.logPosition || saved.queueOffset !== progress.queueOffset
    if (!hasMoved && saved.readTimeMs === progress.readTimeMs) return
    this.wheel.write()
    try {
      await this.log.datasync()
      await this.wheel.datasync()
    } catch (error) {
      this.hasSyncFailed = true
      throw error
    }
    const { counter, stateVersion } = this.version
    this.version = { stateVersion, counter: counter + 1, timestamp: this.deps.clock.nowMs() }
    this.savedContent = { ...progress, masterQueueOffset: progress.queueOffset, version: this.version }
    await this.checkpoint.save(this.savedContent, hasMoved ? 'sync' : null)
  }

  /** Removes what is for messages before `minPhysicalOffset` only. Rejects with StorageError. */
  deleteExpired(minPhysicalOffset: number): Promise<void> {
    return this.log.deleteExpired(minPhysicalOffset)
  }

  close(): void {
    this.log.close()
    this.wheel.close()
    this.checkpoint.close()
  }

  /** A log with a hole is of no use: all that it said is in the timer topic, from where it is made again. */
  private loadLog(syncedPosition: number): void {
    try {
      this.log.load(syncedPosition)
    } catch (err) {
      if (!(err instanceof CorruptDataError)) throw err
      this.deps.log.error({ err }, 'the timer log has a hole: it is made again from the timer topic')
      this.log.clear()
    }
  }

  private chainOf(timeMs: number, known: DueSlot | null): ChainPart | null {
    const lastPosition = this.wheel.find(timeMs)?.lastPosition ?? NO_POSITION
    const afterPosition = known?.lastPosition ?? NO_POSITION
    return lastPosition > afterPosition ? { lastPosition, afterPosition } : null
  }

  private addTogether(units: readonly NewTimerUnit[]): void {
    const lastPositions = new Map<number, number>()
    let position = this.log.end
    const placed = units.map(unit => {
      const slotMs = this.floor(unit.slotTimeMs)
      const prevPosition = lastPositions.get(slotMs) ?? this.wheel.find(slotMs)?.lastPosition ?? NO_POSITION
      lastPositions.set(slotMs, position)
      const at = position
      position += TIMER_UNIT_BYTES
      return { ...unit, prevPosition, position: at }
    })
    this.log.append(placed)
    for (const { slotTimeMs, magic, position: at } of placed) {
      const change = (magic & TimerMagic.DELETE) === 0 ? 1 : -1
      if (this.wheel.add(slotTimeMs, at, change)) this.messageCount += change
    }
  }

  private floor(timeMs: number): number {
    return timeMs - (timeMs % this.config.timerPrecisionMs)
  }
}
