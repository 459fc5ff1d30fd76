import type { ConsumerTable } from '@rocketmq-ts/client-housekeeping'
import type { PullMessageHeader } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'

/** A proxy pulls for a broadcasting client of its own. Source: remoting/protocol/RequestSource.java */
const PROXY_FOR_BROADCAST = 1

/** Who pulls for itself what all members of its group get. */
export interface Broadcaster {
  readonly clientId: string
  /** It is connected to a proxy, which pulls for it; else to this broker. */
  readonly isFromProxy: boolean
}

type Asked = Pick<PullMessageHeader, 'consumerGroup' | 'requestSource' | 'proxyFrowardClientId'>

/** Null if the pull is none of a broadcasting client that gets its messages pushed. */
export function broadcasterOf(
  { consumerGroup, requestSource, proxyFrowardClientId }: Asked,
  channel: Channel,
  consumers: Pick<ConsumerTable, 'find'>,
): Broadcaster | null {
  if (requestSource === PROXY_FOR_BROADCAST) return { clientId: proxyFrowardClientId ?? '', isFromProxy: true }
  const group = consumers.find(consumerGroup)
  if (group === null || !group.isBroadcasting || group.manner.consumeType !== 'CONSUME_PASSIVELY') return null
  const member = group.findChannel(channel)
  return member === null ? null : { clientId: member.clientId, isFromProxy: false }
}
