import type { Component, Log } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { topicConfigTableJson } from '@rocketmq-ts/protocol'
import type { TopicTable } from './topic-table'

export interface TopicFileDeps {
  readonly topics: TopicTable
  readonly file: Pick<ConfigFile, 'load' | 'save'>
  readonly log: Log
}

/**
 * Keeps the topics in `topics.json`: read at the start, written at every change and at the stop, as Java does. A topic
 * is on the disk before the request that made it is answered; if it cannot be, the request fails with StorageError.
 */
export function topicFile({ topics, file, log }: TopicFileDeps): Component {
  const save = (): void => file.save(topicConfigTableJson.encode(topics.content(), { pretty: true }).toString())
  topics.onChange(save)
  return {
    start() {
      const content = file.load(text => topicConfigTableJson.decode(text))
      if (content) topics.restore(content)
      return Promise.resolve()
    },
    stop() {
      try {
        save()
      } catch (err) {
        log.error({ err }, 'topics cannot be written')
      }
      return Promise.resolve()
    },
  }
}
