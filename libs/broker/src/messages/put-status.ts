import { ResponseCode } from '@rocketmq-ts/protocol'
import type { PutMessageStatus } from '@rocketmq-ts/store'

/** What a producer is told. The first four mean that the message is in the store. */
export const responseCodeOf: Readonly<Record<PutMessageStatus, ResponseCode>> = {
  PUT_OK: ResponseCode.SUCCESS,
  FLUSH_DISK_TIMEOUT: ResponseCode.FLUSH_DISK_TIMEOUT,
  FLUSH_SLAVE_TIMEOUT: ResponseCode.FLUSH_SLAVE_TIMEOUT,
  SLAVE_NOT_AVAILABLE: ResponseCode.SLAVE_NOT_AVAILABLE,
  SERVICE_NOT_AVAILABLE: ResponseCode.SERVICE_NOT_AVAILABLE,
  MESSAGE_ILLEGAL: ResponseCode.MESSAGE_ILLEGAL,
  PROPERTIES_SIZE_EXCEEDED: ResponseCode.MESSAGE_ILLEGAL,
  CREATE_MAPPED_FILE_FAILED: ResponseCode.SYSTEM_ERROR,
  LMQ_CONSUME_QUEUE_NUM_EXCEEDED: ResponseCode.LMQ_QUOTA_EXCEEDED,
  UNKNOWN_ERROR: ResponseCode.SYSTEM_ERROR,
}

/** True when the message is in the store, though perhaps not as safe as it was to be. */
export function isStored(status: PutMessageStatus): boolean {
  switch (status) {
    case 'PUT_OK':
    case 'FLUSH_DISK_TIMEOUT':
    case 'FLUSH_SLAVE_TIMEOUT':
    case 'SLAVE_NOT_AVAILABLE':
      return true
    default:
      return false
  }
}

/** True when the store will never take the message as it is: trying again would stall all that follow. */
export function isImpossible(status: PutMessageStatus): boolean {
  return status === 'MESSAGE_ILLEGAL' || status === 'PROPERTIES_SIZE_EXCEEDED'
}

export interface FailedPut {
  readonly status: PutMessageStatus
  /** The store's words. */
  readonly reason: string | null
  readonly maxMessageSize: number
}

/** Why a message was not stored, in Java's words where it has some and with the store's own reason where it gave one. */
export function putRefusalText({ status, reason, maxMessageSize }: FailedPut): string {
  switch (status) {
    case 'SERVICE_NOT_AVAILABLE':
      return `service not available now. ${reason ?? 'The message store does not take messages.'}`
    case 'MESSAGE_ILLEGAL':
    case 'PROPERTIES_SIZE_EXCEEDED':
      return (
        'the message is illegal, maybe msg body or properties length not matched. ' +
        `msg body length limit ${maxMessageSize}B, msg properties length limit 32KB.${reason === null ? '' : ` ${reason}`}`
      )
    case 'CREATE_MAPPED_FILE_FAILED':
      return `create mapped file failed, server is busy or broken.${reason === null ? '' : ` ${reason}`}`
    case 'LMQ_CONSUME_QUEUE_NUM_EXCEEDED':
      return '[LMQ_CONSUME_QUEUE_NUM_EXCEEDED]lmq consume queue num exceeded.'
    default:
      return reason ?? status
  }
}
