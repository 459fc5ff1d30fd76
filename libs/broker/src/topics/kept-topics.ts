import { topicConfigJson, topicConfigTableJson } from '@rocketmq-ts/protocol'
import type { KeptTable } from '@rocketmq-ts/store'
import type { TopicTable } from './topic-table'

/** The topics as what is kept: in `topics.json`, or an entry for each. */
export function keptTopics(topics: TopicTable): KeptTable {
  return {
    name: 'topics',
    rocksDbFolder: 'topics',
    get dataVersion() {
      return topics.dataVersion
    },
    keys: () => topics.all().keys(),
    takeChangedKeys: () => topics.takeChangedKeys(),
    encode: () => topicConfigTableJson.encode(topics.content(), { pretty: true }).toString(),
    restore: text => topics.restore(topicConfigTableJson.decode(text)),
    encodeEntry: topicName => {
      const topic = topics.find(topicName)
      return topic === null ? null : topicConfigJson.encode(topic).toString()
    },
    restoreEntry: (topicName, text) => {
      const topicConfigTable = new Map([[topicName, topicConfigJson.decode(text)]])
      topics.restore({ topicConfigTable, dataVersion: topics.dataVersion })
    },
    restoreVersion: dataVersion => topics.restore({ topicConfigTable: new Map(), dataVersion }),
  }
}
