import { RocketmqError } from '@rocketmq-ts/base'
import type { Log } from '@rocketmq-ts/base'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { CallContext } from './calls/call-context'
import { statusOf } from './status'
import type { Status } from './status'

/** What a method answers; what it throws is a status in the answer, and of what nobody expected in our log. Never rejects. */
export async function answerOf<Response extends object>(
  { clientId }: Pick<CallContext, 'clientId'>,
  method: () => Promise<Response>,
  log: Log,
): Promise<Response | { readonly status: Status }> {
  if (clientId.trim() === '') return { status: clientIdRequired }
  try {
    return await method()
  } catch (error) {
    if (error instanceof RocketmqError) log.debug({ err: error, clientId }, 'call refused')
    else log.error({ err: error, clientId }, 'call failed')
    return { status: statusOf(error) }
  }
}

export const clientIdRequired: Status = {
  code: v2.Code.CLIENT_ID_REQUIRED,
  message: 'client id cannot be empty: it is the header x-mq-client-id',
}
