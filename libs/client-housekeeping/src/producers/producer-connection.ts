import type { Connection } from '../connection'
import { connectionOf } from '../connection'
import type { ProducerTable } from './producer-table'

/** Body of GET_PRODUCER_CONNECTION_LIST. Source: remoting/protocol/body/ProducerConnection.java */
export interface ProducerConnection {
  readonly connectionSet: readonly Connection[]
}

/** Null if nobody of the group is connected. */
export function producerConnectionOf(
  producers: Pick<ProducerTable, 'isGroupOnline' | 'members'>,
  group: string,
): ProducerConnection | null {
  return producers.isGroupOnline(group) ? { connectionSet: producers.members(group).map(connectionOf) } : null
}
