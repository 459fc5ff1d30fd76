import { javaStringHashCode } from '@rocketmq-ts/protocol'
import type { TopicRouteData } from '@rocketmq-ts/protocol'
import type { Brokers } from './brokers'
import { isReadable, isWritable } from './metadata'

/** A queue of a broker's master. */
export interface ChosenQueue {
  readonly brokerName: string
  readonly queueId: number
}

const TURN_MAX = 0x4000_0000

/** Which queue a message goes to, and which broker is asked for messages: each time the next one, of brokers that do well. */
export class QueueChoice {
  private turn = 0
  /** Routes stay as they are: a change is another route. */
  private readonly writable = new WeakMap<TopicRouteData, readonly ChosenQueue[]>()

  constructor(private readonly deps: { readonly brokers: Pick<Brokers, 'isAvoided'> }) {}

  /** Messages of one `messageGroup` go to one queue as long as the route stays. Null: none is writable. */
  writableQueue(route: TopicRouteData, messageGroup: string | null): ChosenQueue | null {
    const queues = this.writableQueues(route)
    if (queues.length === 0) return null
    if (messageGroup !== null) return queues[consistentHash(messageGroup, queues.length)] ?? null
    return this.nextOf(this.preferred(queues, ({ brokerName }) => brokerName))
  }

  /** The broker of that name if it has readable queues, else the next that has. Null: none is readable. */
  readableBroker(route: TopicRouteData, wanted: string): string | null {
    const names = route.queueDatas.filter(({ perm }) => isReadable(perm)).map(({ brokerName }) => brokerName)
    if (names.includes(wanted)) return wanted
    return this.nextOf(this.preferred(names, name => name))
  }

  private writableQueues(route: TopicRouteData): readonly ChosenQueue[] {
    const known = this.writable.get(route)
    if (known !== undefined) return known
    const queues = route.queueDatas
      .filter(({ brokerName, perm }) => isWritable(perm) && hasMaster(route, brokerName))
      .flatMap(({ brokerName, writeQueueNums }) =>
        Array.from({ length: writeQueueNums }, (_, queueId) => ({ brokerName, queueId })),
      )
    this.writable.set(route, queues)
    return queues
  }

  /** All of them, when all their brokers are to be avoided. */
  private preferred<T>(choices: readonly T[], brokerNameOf: (choice: T) => string): readonly T[] {
    const isAvoided = (choice: T): boolean => this.deps.brokers.isAvoided(brokerNameOf(choice))
    if (!choices.some(isAvoided)) return choices
    const good = choices.filter(choice => !isAvoided(choice))
    return good.length > 0 ? good : choices
  }

  private nextOf<T>(choices: readonly T[]): T | null {
    return choices[this.next() % choices.length] ?? null
  }

  private next(): number {
    this.turn = (this.turn + 1) % TURN_MAX
    return this.turn
  }
}

function hasMaster(route: TopicRouteData, brokerName: string): boolean {
  return route.brokerDatas.some(broker => broker.brokerName === brokerName && broker.brokerAddrs.has(0))
}

const LCG_FACTOR = 2_862_933_555_777_941_757n
const TWO_TO_31 = 2 ** 31

/**
 * The bucket of a text that Java's proxy would choose too: messages of one group stay in one queue whichever proxy sends
 * them. Jump consistent hash over a linear congruential generator, started with String.hashCode.
 */
export function consistentHash(text: string, bucketCount: number): number {
  let state = BigInt.asUintN(64, BigInt(javaStringHashCode(text)))
  for (let bucket = 0; ;) {
    state = BigInt.asUintN(64, state * LCG_FACTOR + 1n)
    const fraction = (Number(state >> 33n) + 1) / TWO_TO_31
    const next = Math.trunc((bucket + 1) / fraction)
    if (next < 0 || next >= bucketCount) return bucket
    bucket = next
  }
}
