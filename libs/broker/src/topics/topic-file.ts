import type { Component } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { topicConfigTableJson } from '@rocketmq-ts/protocol'
import type { TopicTable } from './topic-table'

/**
 * Keeps the topics in `topics.json`: read at the start, written at every change and at the stop, as Java does. A topic
 * is on the disk before the request that made it is answered.
 */
export function topicFile(topics: TopicTable, file: Pick<ConfigFile, 'load' | 'save'>): Component {
  const save = (): void => file.save(topicConfigTableJson.encode(topics.content(), { pretty: true }).toString())
  let isFollowing = false
  return {
    start() {
      const content = file.load(text => topicConfigTableJson.decode(text))
      if (content) topics.restore(content)
      if (!isFollowing) topics.onChange(save)
      isFollowing = true
      return Promise.resolve()
    },
    stop() {
      save()
      return Promise.resolve()
    },
  }
}
