import type { ClientChannelInfo } from '../client-channel-info'
import { printableLanguage } from '../connection'
import type { ProducerTable } from './producer-table'

/** Source: remoting/protocol/body/ProducerInfo.java */
export interface ProducerInfo {
  readonly clientId: string
  readonly language: string
  readonly lastUpdateTimestamp: number
  /** `/ip:port`, as Java prints an address. */
  readonly remoteIP: string
  readonly version: number
}

/** Body of GET_ALL_PRODUCER_INFO: by group. Source: remoting/protocol/body/ProducerTableInfo.java */
export interface ProducerTableInfo {
  readonly data: Readonly<Record<string, readonly ProducerInfo[]>>
}

export function producerTableInfoOf(producers: Pick<ProducerTable, 'groups' | 'members'>): ProducerTableInfo {
  const rows = producers.groups().map(group => [group, producers.members(group).map(producerInfoOf)] as const)
  return { data: Object.fromEntries(rows) }
}

function producerInfoOf({
  channel,
  clientId,
  language,
  lastUpdateTimestamp,
  version,
}: ClientChannelInfo): ProducerInfo {
  return {
    clientId,
    language: printableLanguage(language),
    lastUpdateTimestamp,
    remoteIP: `/${channel.remoteAddress}`,
    version,
  }
}
