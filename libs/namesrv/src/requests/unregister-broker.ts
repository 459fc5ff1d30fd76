import { readUnregisterBrokerHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { UnregisterBrokerDeps } from '../route-info/unregister-broker'
import { unregisterBroker } from '../route-info/unregister-broker'
import { replying } from './replying'

/** UNREGISTER_BROKER: a broker takes leave. Throws MissingFieldError. */
export function unregisterBrokerRequest(deps: UnregisterBrokerDeps): RequestHandler {
  return replying(request => {
    unregisterBroker(deps, readUnregisterBrokerHeader(request.command))
    return RemotingResponse.success()
  })
}
