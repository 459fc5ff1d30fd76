import { headerReader, long, RemotingResponse, text } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { UnregisterBrokerDeps } from '../route-info/unregister-broker'
import { unregisterBroker } from '../route-info/unregister-broker'

const readHeader = headerReader({ clusterName: text, brokerName: text, brokerAddr: text, brokerId: long })

/** UNREGISTER_BROKER: a broker takes leave. Throws MissingFieldError. */
export function unregisterBrokerRequest(deps: UnregisterBrokerDeps): RequestHandler {
  return request => {
    unregisterBroker(deps, readHeader(request.command))
    request.reply(RemotingResponse.success())
  }
}
