import { dataVersionJson, equalDataVersions } from '@rocketmq-ts/protocol'
import type { DataVersion } from '@rocketmq-ts/protocol'
import type { BrokerConfig } from './broker-config'

/** What a slave asks for; all null asks for everything. */
export interface MetadataPage {
  readonly from: number | null
  readonly countMax: number | null
  /** JSON of the version that the pages before this one had. */
  readonly dataVersion: string | null
}

/**
 * A page of a table, in the order of its names. It begins anew when the table has changed since the page before.
 * Source: broker/topic/TopicConfigManager.java (subTopicConfigTable)
 */
export function pageOf<T>(
  table: ReadonlyMap<string, T>,
  page: MetadataPage,
  current: {
    readonly config: Pick<BrokerConfig, 'enableSplitMetadata' | 'splitMetadataSize'>
    readonly dataVersion: DataVersion
  },
): ReadonlyMap<string, T> {
  const { from, countMax, dataVersion } = page
  const wantsAll = from === null && countMax === null && dataVersion === null
  if (wantsAll || !current.config.enableSplitMetadata) return table
  const isContinued = isVersion(dataVersion, current.dataVersion)
  const begin = isContinued ? Math.max(0, from ?? 0) : 0
  const count = Math.min(current.config.splitMetadataSize, countMax ?? Infinity)
  const inOrder = [...table].sort(([a], [b]) => (a < b ? -1 : 1))
  return new Map(inOrder.slice(begin, begin + Math.max(0, count)))
}

function isVersion(json: string | null, version: DataVersion): boolean {
  if (json === null || json.trim() === '') return false
  return equalDataVersions(dataVersionJson.decode(json), version)
}
