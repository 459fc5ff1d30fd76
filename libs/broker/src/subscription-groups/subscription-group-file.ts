import { subscriptionGroupTableJson } from '@rocketmq-ts/protocol'
import { TableFile } from '../table-file'
import type { TableFileDeps } from '../table-file'
import type { SubscriptionGroupTable } from './subscription-group-table'

export interface SubscriptionGroupFileDeps extends TableFileDeps {
  readonly groups: SubscriptionGroupTable
}

/** Keeps the groups in `subscriptionGroup.json`. One that a crash forgets is made again by its next consumer. */
export function subscriptionGroupFile({ groups, ...deps }: SubscriptionGroupFileDeps): TableFile {
  const table = {
    encode: () => subscriptionGroupTableJson.encode(groups.content(), { pretty: true }).toString(),
    restore: (text: string) => groups.restore(subscriptionGroupTableJson.decode(text)),
  }
  const file = new TableFile(table, deps)
  groups.onChange(() => file.changed())
  return file
}
