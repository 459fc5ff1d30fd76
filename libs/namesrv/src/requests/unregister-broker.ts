import { readUnregisterBrokerHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { UnregisterBrokerDeps } from '../route-info/unregister-broker'
import { unregisterBroker } from '../route-info/unregister-broker'

/** UNREGISTER_BROKER: a broker takes leave. Throws MissingFieldError. */
export function unregisterBrokerRequest(deps: UnregisterBrokerDeps): RequestHandler {
  return request => {
    unregisterBroker(deps, readUnregisterBrokerHeader(request.command))
    request.reply(RemotingResponse.success())
  }
}
