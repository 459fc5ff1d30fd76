import type { Component, Log } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { subscriptionGroupTableJson } from '@rocketmq-ts/protocol'
import type { SubscriptionGroupTable } from './subscription-group-table'

export interface SubscriptionGroupFileDeps {
  readonly groups: SubscriptionGroupTable
  readonly file: Pick<ConfigFile, 'load' | 'save'>
  readonly log: Log
}

/** Keeps the groups in `subscriptionGroup.json`, as `topicFile` keeps the topics. */
export function subscriptionGroupFile({ groups, file, log }: SubscriptionGroupFileDeps): Component {
  const save = (): void => file.save(subscriptionGroupTableJson.encode(groups.content(), { pretty: true }).toString())
  groups.onChange(save)
  return {
    start() {
      const content = file.load(text => subscriptionGroupTableJson.decode(text))
      if (content) groups.restore(content)
      return Promise.resolve()
    },
    stop() {
      try {
        save()
      } catch (err) {
        log.error({ err }, 'subscription groups cannot be written')
      }
      return Promise.resolve()
    },
  }
}
