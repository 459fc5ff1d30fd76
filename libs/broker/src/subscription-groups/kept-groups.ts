import { subscriptionGroupEntryJson, subscriptionGroupTableJson } from '@rocketmq-ts/protocol'
import type { KeptTable } from '@rocketmq-ts/store'
import type { SubscriptionGroupTable } from './subscription-group-table'

const NONE = new Map<string, never>()

/** The groups as what is kept: in `subscriptionGroup.json`, or an entry for each, with what is forbidden to it. */
export function keptGroups(groups: SubscriptionGroupTable): KeptTable {
  return {
    name: 'subscriptionGroup',
    rocksDbFolder: 'subscriptionGroups',
    get dataVersion() {
      return groups.dataVersion
    },
    keys: () => new Set([...groups.all().keys(), ...groups.forbiddenTable().keys()]),
    takeChangedKeys: () => groups.takeChangedKeys(),
    encode: () => subscriptionGroupTableJson.encode(groups.content(), { pretty: true }).toString(),
    restore: text => groups.restore(subscriptionGroupTableJson.decode(text)),
    encodeEntry: group => {
      const config = groups.findExisting(group)
      const forbidden = groups.forbiddenTable().get(group)
      if (config === null && forbidden === undefined) return null
      return subscriptionGroupEntryJson.encode({ config, forbidden: forbidden ?? NONE }).toString()
    },
    restoreEntry: (group, text) => {
      const { config, forbidden } = subscriptionGroupEntryJson.decode(text)
      groups.restore({
        subscriptionGroupTable: config === null ? NONE : new Map([[group, config]]),
        forbiddenTable: forbidden.size === 0 ? NONE : new Map([[group, forbidden]]),
        dataVersion: groups.dataVersion,
      })
    },
    restoreVersion: dataVersion => groups.restore({ subscriptionGroupTable: NONE, forbiddenTable: NONE, dataVersion }),
  }
}
