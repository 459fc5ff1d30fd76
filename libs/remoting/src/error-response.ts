import { RefusedError } from '@rocketmq-ts/base'
import { RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'

/** What an error of a handler is to the peer. */
export function errorResponse(error: unknown): RemotingResponse {
  if (error instanceof RefusedError) return RemotingResponse.refusal(error.responseCode, error.message)
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return RemotingResponse.refusal(ResponseCode.SYSTEM_ERROR, text)
}

export function unsupportedCode(code: number): RemotingResponse {
  return RemotingResponse.refusal(ResponseCode.REQUEST_CODE_NOT_SUPPORTED, ` request type ${code} not supported`)
}

/** V5_3_1, the last version that does not know GO_AWAY. */
export const GO_AWAY_UNKNOWN_UNTIL = 475

/** For clients that know GO_AWAY: they connect anew, elsewhere if they can, and ask once more. */
export function goAway(): RemotingResponse {
  return RemotingResponse.refusal(ResponseCode.GO_AWAY, 'please go away')
}
