import { isDeepStrictEqual, inspect } from 'node:util'
import {
  RequestCode,
  consumerOffsetTableJson,
  subscriptionGroupTableJson,
  topicConfigTableJson,
} from '@rocketmq-ts/protocol'
import type { BodyCodec, DataVersion } from '@rocketmq-ts/protocol'
import type { TestClient } from '@rocketmq-ts/testing'

/** What a broker says of topics, groups and offsets, but for its own: an entry for each, by what it is of. */
export interface TableSnapshot {
  readonly topics: ReadonlyMap<string, unknown>
  readonly groups: ReadonlyMap<string, unknown>
  /** What groups may not read, by group. */
  readonly forbidden: ReadonlyMap<string, unknown>
  /** By topic, group and queue. */
  readonly offsets: ReadonlyMap<string, number>
  /** Steps with every change: who copies the tables takes a smaller one for older tables. */
  readonly topicVersion: DataVersion
}

/** Asks for whole tables; `isOfTest` tells the names of the test from the broker's own. */
export async function takeTableSnapshot(
  client: TestClient,
  address: string,
  isOfTest: (name: string) => boolean,
): Promise<TableSnapshot> {
  const tableOf = async <T>(code: number, codec: BodyCodec<T>): Promise<T> => {
    const { body, remark } = await client.ask(address, code)
    if (body === null) throw new Error(`request ${code} has no body: ${remark}`)
    return codec.decode(body)
  }
  const entriesOf = <T>(table: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map([...table].filter(([name]) => isOfTest(name)))
  const topicTable = await tableOf(RequestCode.GET_ALL_TOPIC_CONFIG, topicConfigTableJson)
  const groupTable = await tableOf(RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG, subscriptionGroupTableJson)
  const { offsetTable } = await tableOf(RequestCode.GET_ALL_CONSUMER_OFFSET, consumerOffsetTableJson)
  const offsets = [...entriesOf(offsetTable)].flatMap(([key, queues]) =>
    [...queues].map(([queueId, offset]) => [`${key}@${queueId}`, offset] as const),
  )
  return {
    topics: entriesOf(topicTable.topicConfigTable),
    groups: entriesOf(groupTable.subscriptionGroupTable),
    forbidden: entriesOf(groupTable.forbiddenTable),
    offsets: new Map(offsets),
    topicVersion: topicTable.dataVersion,
  }
}

/** How many entries it has. */
export function entryCount({ topics, groups, forbidden, offsets }: TableSnapshot): number {
  return topics.size + groups.size + forbidden.size + offsets.size
}

/** What was, and is no longer or otherwise; what is, and was not. Offsets may also be what they were `earlier`. */
export function tableDifferences(
  was: TableSnapshot,
  is: TableSnapshot,
  earlier: TableSnapshot | null = null,
): readonly string[] {
  const problems = (['topics', 'groups', 'forbidden', 'offsets'] as const).flatMap(table => {
    const names = new Set([...was[table].keys(), ...is[table].keys()])
    return [...names].flatMap(name => {
      const now = is[table].get(name)
      const before = [was, ...(table === 'offsets' && earlier !== null ? [earlier] : [])].map(each =>
        each[table].get(name),
      )
      if (before.some(each => isDeepStrictEqual(each, now))) return []
      return [`${table}, ${name}: ${inspect(now)}, was ${inspect(before[0])}`]
    })
  })
  const isOlder = is.topicVersion.counter < was.topicVersion.counter
  return isOlder ? [...problems, `the version of the topics went back: ${inspect(is.topicVersion)}`] : problems
}
