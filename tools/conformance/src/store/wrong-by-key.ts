import { MessageSysFlag, parseProperties, readStoredMessage } from '@rocketmq-ts/protocol'
import { FOUND_COUNT_MAX } from './broker-questions'
import type { BrokerQuestions } from './broker-questions'
import type { StoreSnapshot } from './store-snapshot'

/** Keys that are asked for in each topic. */
const KEYS_OF_TOPIC_MAX = 40

/**
 * Which keys do not bring the records that have them. Asks for keys all over each topic; of a key that has more records
 * than a broker gives, nothing. A broker that may forget keys has only to bring nothing else.
 */
export async function wrongByKey(
  snapshot: StoreSnapshot,
  questions: BrokerQuestions,
  { mayForgetKeys }: { readonly mayForgetKeys: boolean },
): Promise<readonly string[]> {
  const problems: string[] = []
  for (const [topic, recordsOfKey] of keysByTopic(snapshot)) {
    const keys = [...recordsOfKey].filter(([, records]) => records.length < FOUND_COUNT_MAX)
    const step = Math.ceil(keys.length / KEYS_OF_TOPIC_MAX)
    for (const [key, records] of keys.filter((_, index) => index % step === 0)) {
      const found = await questions.recordsByKey(topic, key)
      const isFound = (record: Buffer): boolean => found.some(each => each.equals(record))
      const missing = mayForgetKeys ? 0 : records.filter(record => !isFound(record)).length
      if (missing > 0) problems.push(`${topic} ${key}: ${missing} of ${records.length} are not found`)
      const strange = found.filter(record => !keysOf(record).includes(key)).length
      if (strange > 0) problems.push(`${topic} ${key}: ${strange} of those found do not have it`)
    }
  }
  return problems
}

function keysByTopic(snapshot: StoreSnapshot): ReadonlyMap<string, ReadonlyMap<string, readonly Buffer[]>> {
  const topics = new Map<string, Map<string, Buffer[]>>()
  for (const { topic, records } of snapshot.values()) {
    const recordsOfKey = topics.get(topic) ?? new Map<string, Buffer[]>()
    topics.set(topic, recordsOfKey)
    for (const record of records) {
      for (const key of keysOf(record)) recordsOfKey.set(key, [...(recordsOfKey.get(key) ?? []), record])
    }
  }
  return topics
}

/** Of a record that is rolled back, none. */
function keysOf(record: Buffer): readonly string[] {
  const { sysFlag, properties } = readStoredMessage(record, 0)
  if ((sysFlag & MessageSysFlag.TRANSACTION_MASK) === MessageSysFlag.TRANSACTION_ROLLBACK) return []
  const values = parseProperties(properties)
  const keys = [values.get('UNIQ_KEY') ?? '', ...(values.get('KEYS') ?? '').split(' ')]
  return [...new Set(keys.filter(key => key !== ''))]
}
