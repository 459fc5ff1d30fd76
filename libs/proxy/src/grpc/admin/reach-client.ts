import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { GroupMember } from '../../messaging/consumer-groups'
import type { ConnectedClients, ReachableClient } from '../../settings/connected-clients'
import { requireGroup } from '../names'
import { InvalidRequestError } from '../status'

interface NamedClient {
  readonly clientId: string
  readonly group?: v2.Resource.$Properties | null
}

/** Throws InvalidRequestError. */
export function requireMember({ clientId, group }: NamedClient): GroupMember {
  if (clientId.trim() === '') throw new InvalidRequestError(v2.Code.CLIENT_ID_REQUIRED, 'say which client: client_id')
  return { group: requireGroup(group), clientId }
}

/** The client of that group, if it came to this proxy. Null: brokers know how to reach it. */
export function findHere(
  { group, clientId }: GroupMember,
  clients: Pick<ConnectedClients, 'find'>,
): ReachableClient | null {
  const client = clients.find(clientId)
  return client?.settings.subscription?.group?.name === group ? client : null
}
