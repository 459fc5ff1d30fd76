import { dataVersionJson, initialDataVersion } from './data-version'
import { bean, int, list, nullable, orElse, table, type ValueOf } from './json-codec'
import { subscriptionGroupConfigJson } from './subscription-group-config'

/** GET_ALL_SUBSCRIPTIONGROUP_CONFIG and `subscriptionGroup.json`. Source: remoting/protocol/body/SubscriptionGroupWrapper.java. */
export const subscriptionGroupTableJson = bean({
  dataVersion: orElse(dataVersionJson, initialDataVersion),
  /** By group, then topic: bits of what is forbidden. */
  forbiddenTable: table(table(int)),
  subscriptionGroupTable: table(subscriptionGroupConfigJson),
})
export type SubscriptionGroupTable = ValueOf<typeof subscriptionGroupTableJson>

/** All that such a table has of one group. Not one of Java's. */
export const subscriptionGroupEntryJson = bean({
  config: nullable(subscriptionGroupConfigJson),
  /** By topic: bits of what is forbidden. */
  forbidden: table(int),
})

/** UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST. Source: remoting/protocol/body/SubscriptionGroupList.java. */
export const subscriptionGroupListJson = bean({ groupConfigList: list(subscriptionGroupConfigJson) })
export type SubscriptionGroupList = ValueOf<typeof subscriptionGroupListJson>
