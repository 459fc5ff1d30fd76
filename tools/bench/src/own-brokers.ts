import { count } from './flags'
import type { Flags } from './flags'
import { idlePolls } from './idle-polls'
import { manyGroupsTable, measureManyGroups } from './many-groups'
import { manyQueuesTable, measureManyQueues } from './many-queues'
import type { ManyQueuesResult } from './many-queues'
import { manyTopicsTable, measureManyTopics } from './many-topics'
import { recoveryTimes } from './recovery-time'
import { measureTimers, timersTable } from './timers'

/** Measurements that start brokers of their own, by the flag that asks for each; what they give is printed. */
const measurements: Readonly<Record<string, (flags: Flags) => Promise<string>>> = {
  recovery: flags => recoveryTimes(count(flags, 'recovery', 10, 1000)),
  'idle-polls': flags => idlePolls(count(flags, 'idle-polls', 0, 40_000)),
  timers: async flags => {
    const messageCount = count(flags, 'timers', 1, 100_000_000)
    return timersTable([await measureTimers(messageCount, count(flags, 'precision', 1000, 60_000))])
  },
  'many-queues': async flags => {
    const queueCount = count(flags, 'many-queues', 0, 10_000_000)
    const results: ManyQueuesResult[] = []
    for (const storeType of String(flags['store-type'] ?? 'default,kv').split(',')) {
      results.push(await measureManyQueues(storeType, queueCount))
    }
    return manyQueuesTable(results)
  },
  'many-topics': async flags => {
    const topicCount = count(flags, 'many-topics', 0, 10_000_000)
    return manyTopicsTable([await measureManyTopics('v1', topicCount), await measureManyTopics('kv', topicCount)])
  },
  'many-groups': async flags => {
    const groupCount = count(flags, 'many-groups', 0, 1_000_000)
    return manyGroupsTable([await measureManyGroups('v1', groupCount), await measureManyGroups('kv', groupCount)])
  },
}

/** What the flags ask for, or null if they ask for none of it. */
export function measurementOf(flags: Flags): (() => Promise<string>) | null {
  const name = Object.keys(measurements).find(each => flags[each] !== undefined)
  const measure = name === undefined ? undefined : measurements[name]
  return measure === undefined ? null : () => measure(flags)
}
