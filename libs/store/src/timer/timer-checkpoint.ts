import * as path from 'node:path'
import { readInt64, writeInt64 } from '@rocketmq-ts/base'
import type { Disk, DiskFile } from '@rocketmq-ts/base'

const FILE_BYTES = 4096
const USED_BYTES = 56

/** How far the timer is: written together, true together. */
export interface TimerProgress {
  /** The slots before this time are delivered. */
  readonly readTimeMs: number
  /** The TimerLog is on the disk up to here, and holds all messages of the timer topic before `queueOffset`. */
  readonly logPosition: number
  readonly queueOffset: number
}

export interface TimerVersion {
  readonly stateVersion: number
  readonly timestamp: number
  readonly counter: number
}

export interface TimerCheckpointContent extends TimerProgress {
  /** `queueOffset` as the master has it: the same here. */
  readonly masterQueueOffset: number
  readonly version: TimerVersion
}

/**
 * `config/timercheck`. 4096 bytes, big-endian, seven int64 and then zeros; the first 56 are the answer to
 * GET_TIMER_CHECK_POINT:
 *
 *   0            8             16            24                  32             40          48
 *   | readTimeMs | logPosition | queueOffset | masterQueueOffset | stateVersion | timestamp | counter |
 *
 * Source: store/timer/TimerCheckpoint.java
 */
export class TimerCheckpoint {
  private file: DiskFile | null = null

  constructor(
    private readonly path: string,
    private readonly disk: Disk,
  ) {}

  /** What the file says; null if there was none. */
  load(): TimerCheckpointContent | null {
    const isNew = !this.disk.exists(this.path)
    if (isNew) this.disk.makeFolder(path.dirname(this.path))
    const file = this.disk.open(this.path, { create: true })
    if (isNew) this.disk.syncFolder(path.dirname(this.path))
    this.file = file
    if (file.sizeBytes() < FILE_BYTES) file.truncate(FILE_BYTES)
    const bytes = Buffer.alloc(USED_BYTES)
    file.readNow(bytes, 0, USED_BYTES, 0)
    return isNew ? null : readTimerCheckpoint(bytes)
  }

  /** Writes the values; null to leave the disk its time, where nothing depends on them. */
  async save(content: TimerCheckpointContent, sync: 'sync' | null): Promise<void> {
    this.file?.write(timerCheckpointBytes(content), 0)
    if (sync === 'sync') await this.file?.datasync()
  }

  close(): void {
    this.file?.close()
    this.file = null
  }
}

export function timerCheckpointBytes(content: TimerCheckpointContent): Buffer {
  const bytes = Buffer.alloc(USED_BYTES)
  const { version } = content
  const values = [content.readTimeMs, content.logPosition, content.queueOffset, content.masterQueueOffset]
  values.push(version.stateVersion, version.timestamp, version.counter)
  values.forEach((value, index) => writeInt64(bytes, value, index * 8))
  return bytes
}

/** What it cannot mean reads as 0. */
export function readTimerCheckpoint(bytes: Buffer): TimerCheckpointContent {
  const at = (index: number): number => Math.max(0, readInt64(bytes, index * 8))
  return {
    readTimeMs: at(0),
    logPosition: at(1),
    queueOffset: at(2),
    masterQueueOffset: at(3),
    version: { stateVersion: at(4), timestamp: at(5), counter: at(6) },
  }
}
