import * as path from 'node:path'
import { readInt64, writeInt64 } from '@rocketmq-ts/base'
import type { Disk, DiskFile } from '@rocketmq-ts/base'

const FILE_BYTES = 4096
const USED_BYTES = 48

/**
 * How far the files are known to be on the disk, for the start after a crash. 4096 bytes, big-endian, the rest zero:
 *
 *   0                    8                     16                  24                    32                 40
 *   | physicMsgTimestamp | logicsMsgTimestamp  | indexMsgTimestamp | masterFlushedOffset | confirmPhyOffset | logicsPhysicalOffset |
 *   | int64              | int64               | int64             | int64               | int64            | int64                |
 *
 * Source: store/StoreCheckpoint.java
 */
export class StoreCheckpoint {
  /** Store time of the newest record that is on the disk. */
  physicMsgTimestamp = 0
  /** Store time of the newest record whose entry, and all before it, are on the disk. */
  logicsMsgTimestamp = 0
  /** Store time of the newest record in an index file that is full and on the disk. */
  indexMsgTimestamp = 0
  masterFlushedOffset = 0
  /** Where the last valid record begins, as recovery found it. */
  confirmPhyOffset = 0
  /** Where the record of `logicsMsgTimestamp` begins: replay starts there. */
  logicsPhysicalOffset = 0
  private file: DiskFile | null = null

  constructor(
    private readonly path: string,
    private readonly disk: Disk,
  ) {}

  /** Reads the file, or makes one. */
  load(): void {
    const isNew = !this.disk.exists(this.path)
    const file = this.disk.open(this.path, { create: true })
    if (isNew) this.disk.syncFolder(path.dirname(this.path))
    this.file = file
    if (file.sizeBytes() < FILE_BYTES) file.truncate(FILE_BYTES)
    const bytes = Buffer.alloc(USED_BYTES)
    file.readNow(bytes, 0, USED_BYTES, 0)
    Object.assign(this, readCheckpointFields(bytes))
  }

  /** Writes the values; they survive a loss of power when the promise resolves. */
  async save(): Promise<void> {
    const bytes = Buffer.alloc(USED_BYTES)
    writeInt64(bytes, this.physicMsgTimestamp, 0)
    writeInt64(bytes, this.logicsMsgTimestamp, 8)
    writeInt64(bytes, this.indexMsgTimestamp, 16)
    writeInt64(bytes, this.masterFlushedOffset, 24)
    writeInt64(bytes, this.confirmPhyOffset, 32)
    writeInt64(bytes, this.logicsPhysicalOffset, 40)
    this.file?.write(bytes, 0)
    await this.file?.datasync()
  }

  close(): void {
    this.file?.close()
    this.file = null
  }
}

export type CheckpointFields = Readonly<
  Pick<
    StoreCheckpoint,
    | 'physicMsgTimestamp'
    | 'logicsMsgTimestamp'
    | 'indexMsgTimestamp'
    | 'masterFlushedOffset'
    | 'confirmPhyOffset'
    | 'logicsPhysicalOffset'
  >
>

/** What the file says; what it cannot mean reads as 0, and so does what an older one does not have. */
export function readCheckpointFields(bytes: Buffer): CheckpointFields {
  const at = (offset: number): number => (offset + 8 > bytes.length ? 0 : Math.max(0, readInt64(bytes, offset)))
  return {
    physicMsgTimestamp: at(0),
    logicsMsgTimestamp: at(8),
    indexMsgTimestamp: at(16),
    masterFlushedOffset: at(24),
    confirmPhyOffset: at(32),
    logicsPhysicalOffset: at(40),
  }
}
