import { RefusedError, readInt64, writeInt64 } from '@rocketmq-ts/base'
import { ResponseCode } from '../codes/response-code'

export class InvalidMessageIdError extends RefusedError {
  readonly code = 'RMQ_INVALID_MESSAGE_ID'
  readonly responseCode = ResponseCode.INVALID_PARAMETER
  constructor(messageId: string) {
    super(`message id [${messageId}] does not say where the message is stored`)
  }
}

/**
 * The id that a broker gives (offsetMsgId): where the message lies. In upper-case hex:
 *
 *   0           4 or 16   +4           +8
 *   | ip        | port    | physicalOffset |
 *   | storeHost | int32   | int64          |
 * Source: common/message/MessageDecoder.java.
 */
export interface MessageId {
  /** 4 or 16 address bytes, then the port as int32. */
  readonly storeHost: Buffer
  readonly physicalOffset: number
}

export function encodeMessageId(storeHost: Buffer, physicalOffset: number): string {
  const bytes = Buffer.alloc(storeHost.length + 8)
  storeHost.copy(bytes)
  writeInt64(bytes, physicalOffset, storeHost.length)
  return bytes.toString('hex').toUpperCase()
}

/** Throws InvalidMessageIdError. */
export function decodeMessageId(messageId: string): MessageId {
  if ((messageId.length !== 32 && messageId.length !== 56) || !/^[0-9a-fA-F]*$/.test(messageId)) {
    throw new InvalidMessageIdError(messageId)
  }
  const bytes = Buffer.from(messageId, 'hex')
  const hostBytes = bytes.length - 8
  return { storeHost: bytes.subarray(0, hostBytes), physicalOffset: readInt64(bytes, hostBytes) }
}
