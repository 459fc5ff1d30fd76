import type { ProducerConnection } from '@rocketmq-ts/protocol'
import { connectionOf } from '../connection'
import type { ProducerTable } from './producer-table'

/** Body of GET_PRODUCER_CONNECTION_LIST; null if nobody of the group is connected. */
export function producerConnectionOf(
  producers: Pick<ProducerTable, 'isGroupOnline' | 'members'>,
  group: string,
): ProducerConnection | null {
  return producers.isGroupOnline(group) ? { connectionSet: producers.members(group).map(connectionOf) } : null
}
