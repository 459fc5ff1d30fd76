import { consumerOffsetTableJson, queueOffsetsJson } from '@rocketmq-ts/protocol'
import type { KeptTable } from '@rocketmq-ts/store'
import type { ConsumerOffsetTable } from './consumer-offset-table'
import { readTopicAtGroup } from './offsets-by-queue'

const NONE = new Map<string, never>()

/** The offsets as what is kept: in `consumerOffset.json`, or an entry for each group and topic. */
export function keptOffsets(offsets: ConsumerOffsetTable, fileName = 'consumerOffset'): KeptTable {
  const restored = { groupTopicMap: NONE, pullOffsetTable: NONE, offsetTable: NONE }
  return {
    name: 'consumerOffset',
    fileName,
    rocksDbFolder: 'consumerOffsets',
    get dataVersion() {
      return offsets.dataVersion
    },
    keys: () => offsets.content().offsetTable.keys(),
    takeChangedKeys: () => offsets.takeChangedKeys(),
    encode: () => consumerOffsetTableJson.encode(offsets.content(), { pretty: true }).toString(),
    restore: text => offsets.restore(consumerOffsetTableJson.decode(text)),
    encodeEntry: key => {
      const of = readTopicAtGroup(key)
      const offsetTable = of === null ? null : offsets.offsetsOf(of.group, of.topic)
      return offsetTable === null ? null : queueOffsetsJson.encode({ offsetTable }).toString()
    },
    restoreEntry: (key, text) => {
      const { offsetTable } = queueOffsetsJson.decode(text)
      offsets.restore({ ...restored, offsetTable: new Map([[key, offsetTable]]), dataVersion: offsets.dataVersion })
    },
    restoreVersion: dataVersion => offsets.restore({ ...restored, dataVersion }),
  }
}
