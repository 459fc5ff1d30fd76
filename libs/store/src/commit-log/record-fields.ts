import { readInt64 } from '@rocketmq-ts/base'
import { MessageSysFlag, StoredMessageLayout, StoredMessageMagic } from '@rocketmq-ts/protocol'

/** As far as the store time of a record whose born host is IPv6. */
export const RECORD_HEAD_BYTES = 76

export function recordBytesOf(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at)
}

export function storeTimestampOf(bytes: Buffer, at: number): number {
  const isV6 = (bytes.readInt32BE(at + StoredMessageLayout.sysFlagAt) & MessageSysFlag.BORN_HOST_V6) !== 0
  return readInt64(bytes, at + StoredMessageLayout.bornHostAt + (isV6 ? 20 : 8))
}

/** True if what begins at `at` says that it is the record of `physicalOffset`. */
export function isRecordOf(bytes: Buffer, at: number, physicalOffset: number): boolean {
  const magic = bytes.readInt32BE(at + StoredMessageLayout.magicAt)
  return (
    (magic === StoredMessageMagic.V1 || magic === StoredMessageMagic.V2) &&
    readInt64(bytes, at + StoredMessageLayout.physicalOffsetAt) === physicalOffset
  )
}
