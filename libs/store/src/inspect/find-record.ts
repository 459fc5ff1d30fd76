import { StoredMessageMagic } from '@rocketmq-ts/protocol'
import { RECORD_HEAD_BYTES, isRecordOf } from '../commit-log/record-fields'
import type { FileWindow } from './file-window'
import type { StoredFile } from './stored-file'

/** What the magics of both versions begin with. */
const MAGIC_PREFIX = magicPrefix()

/**
 * Where, from `offset` on, the next thing begins that says of itself that it is the record of that place; null if there
 * is none in the file. For finding back after damage: what a record says of its own place hardly comes about by chance.
 */
export function findRecord(window: FileWindow, file: StoredFile, offset: number): number | null {
  for (let from = offset; from + RECORD_HEAD_BYTES <= file.endOffset;) {
    const bytes = window.rest(file, from, RECORD_HEAD_BYTES)
    if (bytes === null) return null
    for (let at = bytes.indexOf(MAGIC_PREFIX, 4); at >= 0; at = bytes.indexOf(MAGIC_PREFIX, at + 1)) {
      const startAt = at - 4
      if (startAt + RECORD_HEAD_BYTES > bytes.length) break
      if (isRecordOf(bytes, startAt, from + startAt)) return from + startAt
    }
    from += Math.max(1, bytes.length - RECORD_HEAD_BYTES + 1)
  }
  return null
}

function magicPrefix(): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(StoredMessageMagic.V1)
  return bytes.subarray(0, 3)
}
