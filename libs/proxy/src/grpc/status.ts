import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import {
  ConnectFailedError,
  ConnectionLostError,
  RemotingTimeoutError,
  TooManyRequestsError,
} from '@rocketmq-ts/remoting'
import { UnauthenticatedError } from '../authentication/unauthenticated-error'
import { ClientNotNamedError, GroupNotFoundError, LiteParentError } from '../messaging/lite/lite-refusals'
import {
  BrokerNotFoundError,
  InvalidReceiptHandleError,
  InvalidTransactionIdError,
  MessageTypeConflictError,
} from '../messaging/refusals'

/** A request that the proxy itself refuses, with the code that gRPC clients know it by. */
export class InvalidRequestError extends RefusedError {
  readonly code = 'RMQ_INVALID_REQUEST'
  readonly responseCode = ResponseCode.INVALID_PARAMETER

  constructor(
    readonly status: v2.Code,
    message: string,
  ) {
    super(message)
  }
}

export type Status = v2.Status.$Properties

export const OK: Status = { code: v2.Code.OK, message: 'OK' }

/** What a failure is to a gRPC client. Source: proxy/grpc/v2/common/ResponseBuilder.java */
export function statusOf(error: unknown): Status {
  const message = error instanceof Error ? error.message : String(error)
  return { code: codeOf(error), message }
}

function codeOf(error: unknown): v2.Code {
  if (error instanceof InvalidRequestError) return error.status
  if (error instanceof InvalidReceiptHandleError || error instanceof BrokerNotFoundError) {
    return v2.Code.INVALID_RECEIPT_HANDLE
  }
  if (error instanceof UnauthenticatedError) return v2.Code.UNAUTHORIZED
  if (error instanceof InvalidTransactionIdError) return v2.Code.INVALID_TRANSACTION_ID
  if (error instanceof MessageTypeConflictError) return v2.Code.MESSAGE_PROPERTY_CONFLICT_WITH_TYPE
  if (error instanceof GroupNotFoundError) return v2.Code.ILLEGAL_CONSUMER_GROUP
  if (error instanceof ClientNotNamedError) return v2.Code.CLIENT_ID_REQUIRED
  if (error instanceof LiteParentError) return v2.Code.ILLEGAL_TOPIC
  if (error instanceof TooManyRequestsError) return v2.Code.TOO_MANY_REQUESTS
  if (error instanceof RefusedError) return codeOfResponse(error.responseCode)
  const isUnreachable =
    error instanceof RemotingTimeoutError || error instanceof ConnectFailedError || error instanceof ConnectionLostError
  return isUnreachable ? v2.Code.PROXY_TIMEOUT : v2.Code.INTERNAL_SERVER_ERROR
}

function codeOfResponse(responseCode: number): v2.Code {
  switch (responseCode) {
    case ResponseCode.SYSTEM_BUSY:
    case ResponseCode.POLLING_FULL:
      return v2.Code.TOO_MANY_REQUESTS
    case ResponseCode.REQUEST_CODE_NOT_SUPPORTED:
      return v2.Code.NOT_IMPLEMENTED
    case ResponseCode.NO_PERMISSION:
      return v2.Code.FORBIDDEN
    case ResponseCode.TOPIC_NOT_EXIST:
      return v2.Code.TOPIC_NOT_FOUND
    case ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST:
      return v2.Code.CONSUMER_GROUP_NOT_FOUND
    case ResponseCode.CONSUMER_NOT_ONLINE:
      return v2.Code.NOT_FOUND
    case ResponseCode.CONSUME_MSG_TIMEOUT:
      return v2.Code.PROXY_TIMEOUT
    case ResponseCode.SUBSCRIPTION_PARSE_FAILED:
      return v2.Code.ILLEGAL_FILTER_EXPRESSION
    case ResponseCode.QUERY_NOT_FOUND:
      return v2.Code.OFFSET_NOT_FOUND
    case ResponseCode.PULL_OFFSET_MOVED:
      return v2.Code.ILLEGAL_OFFSET
    case ResponseCode.LMQ_QUOTA_EXCEEDED:
      return v2.Code.LITE_TOPIC_QUOTA_EXCEEDED
    case ResponseCode.LITE_SUBSCRIPTION_QUOTA_EXCEEDED:
      return v2.Code.LITE_SUBSCRIPTION_QUOTA_EXCEEDED
    case ResponseCode.INVALID_PARAMETER:
    case ResponseCode.ILLEGAL_OPERATION:
      return v2.Code.BAD_REQUEST
    default:
      return v2.Code.INTERNAL_SERVER_ERROR
  }
}

/** One status for several: what they all are, or that each has its own. */
export function commonStatus(statuses: readonly Status[]): Status {
  const [first] = statuses
  if (first === undefined) return { code: v2.Code.INTERNAL_SERVER_ERROR, message: 'there is no result' }
  if (statuses.every(({ code }) => code === first.code)) return first
  return { code: v2.Code.MULTIPLE_RESULTS, message: 'mixed results: see the entries' }
}
