import type { ProducerInfo, ProducerTableInfo } from '@rocketmq-ts/protocol'
import type { ClientChannelInfo } from '../client-channel-info'
import { printableLanguage } from '../connection'
import type { ProducerTable } from './producer-table'

export function producerTableInfoOf(producers: Pick<ProducerTable, 'groups' | 'members'>): ProducerTableInfo {
  const rows = producers.groups().map(group => [group, producers.members(group).map(producerInfoOf)] as const)
  return { data: new Map(rows) }
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
