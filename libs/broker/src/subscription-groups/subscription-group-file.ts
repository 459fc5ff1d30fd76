import { TableFile } from '../table-file'
import type { TableFileDeps } from '../table-file'
import type { SubscriptionGroupTable } from './subscription-group-table'

export interface SubscriptionGroupFileDeps extends TableFileDeps {
  readonly groups: SubscriptionGroupTable
}

/** Has the groups kept. One that a crash forgets is made again by its next consumer. */
export function subscriptionGroupFile({ groups, ...deps }: SubscriptionGroupFileDeps): TableFile {
  const file = new TableFile(deps)
  groups.onChange(() => file.changed())
  return file
}
