import type { Component } from '@rocketmq-ts/base'
import type { ConfigFile } from '@rocketmq-ts/config'
import { subscriptionGroupTableJson } from '@rocketmq-ts/protocol'
import type { SubscriptionGroupTable } from './subscription-group-table'

/** Keeps the groups in `subscriptionGroup.json`: read at the start, written at every change and at the stop, as Java does. */
export function subscriptionGroupFile(
  groups: SubscriptionGroupTable,
  file: Pick<ConfigFile, 'load' | 'save'>,
): Component {
  const save = (): void => file.save(subscriptionGroupTableJson.encode(groups.content(), { pretty: true }).toString())
  let isFollowing = false
  return {
    start() {
      const content = file.load(text => subscriptionGroupTableJson.decode(text))
      if (content) groups.restore(content)
      if (!isFollowing) groups.onChange(save)
      isFollowing = true
      return Promise.resolve()
    },
    stop() {
      save()
      return Promise.resolve()
    },
  }
}
