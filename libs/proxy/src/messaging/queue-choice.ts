import { consistentHash } from '@rocketmq-ts/protocol'
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

  /** What has the same `name`, of a message group or a lite topic, goes to one queue as long as the route stays. Null: none is writable. */
  writableQueue(route: TopicRouteData, name: string | null): ChosenQueue | null {
    const queues = this.writableQueues(route)
    if (queues.length === 0) return null
    if (name !== null) return queues[consistentHash(name, queues.length)] ?? null
    return this.nextOf(this.preferred(queues, ({ brokerName }) => brokerName))
  }

  /** The broker of that name if it has readable queues, else the next that has. Null: none is readable. */
  readableBroker(route: TopicRouteData, wanted: string): string | null {
    const names = route.queueDatas.filter(({ perm }) => isReadable(perm)).map(({ brokerName }) => brokerName)
    if (names.includes(wanted)) return wanted
    return this.nextOf(this.preferred(names, name => name))
  }

  /** In Java's order, by broker name: so all proxies, and brokers that share out lite topics, mean the same queue. */
  private writableQueues(route: TopicRouteData): readonly ChosenQueue[] {
    const known = this.writable.get(route)
    if (known !== undefined) return known
    const queues = route.queueDatas
      .filter(({ brokerName, perm }) => isWritable(perm) && hasMaster(route, brokerName))
      .sort((a, b) => (a.brokerName < b.brokerName ? -1 : 1))
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
