import { CorruptDataError } from '@rocketmq-ts/base'
import type { LogFile } from './log-file'

/**
 * Fills `into` with the bytes of the file from `offset` on, even if it is deleted meanwhile. Throws CorruptDataError if
 * the file ends before.
 */
export async function readFully(file: LogFile, into: Buffer, offset: number): Promise<void> {
  file.hold()
  try {
    let done = 0
    while (done < into.length) {
      const readBytes = await file.read(into, done, into.length - done, offset + done)
      if (readBytes === 0) throw new CorruptDataError(`${file.path} ends within what was asked for`)
      done += readBytes
    }
  } finally {
    file.release()
  }
}
