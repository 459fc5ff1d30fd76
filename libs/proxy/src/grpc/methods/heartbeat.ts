import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { ConnectedClients } from '../../settings/connected-clients'
import type { UnaryMethod } from '../method'
import { requireGroup } from '../names'
import { InvalidRequestError, OK } from '../status'

export interface HeartbeatDeps {
  readonly clients: Pick<ConnectedClients, 'find' | 'heartbeat'>
}

/** Heartbeat: a client is still there, with the settings that it sent. Source: proxy/grpc/v2/client/ClientActivity.java */
export function heartbeat({ clients }: HeartbeatDeps): UnaryMethod<'Heartbeat'> {
  return async ({ group }, { clientId }) => {
    const client = clients.find(clientId)
    if (client === null) throw unknownClient()
    if (!client.isProducer) requireGroup(group)
    await clients.heartbeat(clientId)
    return { status: OK }
  }
}

/** The proxy was started anew, or the client was silent for too long: its next settings make it known again. */
export function unknownClient(): InvalidRequestError {
  const text = 'cannot find client settings for this client: it sends them over its Telemetry stream'
  return new InvalidRequestError(v2.Code.UNRECOGNIZED_CLIENT_TYPE, text)
}
