import type { ConnectedClients } from '../../settings/connected-clients'
import type { UnaryMethod } from '../method'
import { OK } from '../status'
import { unknownClient } from './heartbeat'

/** NotifyClientTermination: a client leaves. Source: proxy/grpc/v2/client/ClientActivity.java */
export function notifyClientTermination({
  clients,
}: {
  readonly clients: Pick<ConnectedClients, 'remove'>
}): UnaryMethod<'NotifyClientTermination'> {
  return (_request, { clientId }) =>
    clients.remove(clientId) ? Promise.resolve({ status: OK }) : Promise.reject(unknownClient())
}
