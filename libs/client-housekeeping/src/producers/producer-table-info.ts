import type { ProducerInfo, ProducerTableInfo } from '@rocketmq-ts/protocol'
import type { ClientChannelInfo } from '../client-channel-info'
import { printableLanguage } from '../connection'
import type { ProducerTable } from './producer-table'

/** Body of GET_ALL_PRODUCER_INFO. */
export function producerTableInfoOf(producers: Pick<ProducerTable, 'groups' | 'members'>): ProducerTableInfo {
  return { data: new Map(producers.groups().map(group => [group, producers.members(group).map(producerInfoOf)])) }
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
    // Java prints an address with this slash.
    remoteIP: `/${channel.remoteAddress}`,
    version,
  }
}
