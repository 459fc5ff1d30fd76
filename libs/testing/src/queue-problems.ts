import type { StoredMessage } from '@rocketmq-ts/protocol'
import type { AcknowledgedMessage } from './acknowledged-sends'
import type { TestClient } from './test-client'

const NAME_BYTES_MAX = 100

/**
 * What is wrong with a queue that `sendUntilCut` filled, in words; empty if nothing is. `stored` is all that the broker
 * serves of it from offset 0 on, `acknowledged` what it said that it has in this queue.
 */
export function queueProblems(
  stored: readonly StoredMessage[],
  acknowledged: readonly AcknowledgedMessage[],
): readonly string[] {
  return [...gaps(stored), ...lost(stored, acknowledged), ...doubled(stored)]
}

/** The same for all queues of a topic at a broker of one thread, which also keeps the order of each sender. */
export async function topicProblems(
  client: TestClient,
  { address, topic, queueCount }: { readonly address: string; readonly topic: string; readonly queueCount: number },
  acknowledged: readonly AcknowledgedMessage[],
): Promise<readonly string[]> {
  const problems: string[] = []
  for (let queueId = 0; queueId < queueCount; queueId += 1) {
    const stored = await client.pullAll(address, topic, queueId)
    const ofQueue = acknowledged.filter(message => message.queueId === queueId)
    problems.push(...queueProblems(stored, ofQueue), ...outOfOrder(stored))
    const maxOffset = await client.maxOffset(address, topic, queueId)
    if (maxOffset !== stored.length) problems.push(`queue ${queueId} ends at ${maxOffset}, not at ${stored.length}`)
  }
  return problems
}

function gaps(stored: readonly StoredMessage[]): readonly string[] {
  const at = stored.findIndex(({ queueOffset }, index) => queueOffset !== index)
  return at < 0 ? [] : [`offset ${stored[at]?.queueOffset} is served where ${at} is due`]
}

function lost(stored: readonly StoredMessage[], acknowledged: readonly AcknowledgedMessage[]): readonly string[] {
  return acknowledged
    .filter(({ body, queueOffset }) => stored[queueOffset]?.body.toString() !== body)
    .map(({ body, queueOffset }) => `acknowledged at ${queueOffset}, not there: ${body.slice(0, 40)}`)
}

/** Bodies begin with `sender:number:`, which no two have. */
function doubled(stored: readonly StoredMessage[]): readonly string[] {
  const seen = new Set<string>()
  return stored.map(nameOf).flatMap(name => {
    const isDoubled = seen.has(name)
    seen.add(name)
    return isDoubled ? [`there twice: ${name}`] : []
  })
}

/** Which messages of a sender come after a later one of it. A broker of many threads may do that to one sender. */
function outOfOrder(stored: readonly StoredMessage[]): readonly string[] {
  const newest = new Map<string, number>()
  return stored.map(nameOf).filter(name => {
    const [sender = '', number = ''] = name.split(':')
    const isLate = Number(number) < (newest.get(sender) ?? 0)
    newest.set(sender, Number(number))
    return isLate
  })
}

function nameOf({ body }: StoredMessage): string {
  return body.toString('utf8', 0, NAME_BYTES_MAX).split(':', 2).join(':')
}
