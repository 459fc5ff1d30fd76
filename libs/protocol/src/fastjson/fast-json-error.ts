import { RefusedError } from '@rocketmq-ts/base'
import { ResponseCode } from '../codes/response-code'

/** Text that Java's fastjson2 does not read either: the request is answered with code 1. */
export class FastJsonError extends RefusedError {
  readonly code = 'RMQ_FAST_JSON'
  readonly responseCode = ResponseCode.SYSTEM_ERROR
}
