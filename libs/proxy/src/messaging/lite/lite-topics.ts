import { liteGroupInfoJson, liteTopicInfoJson, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import type { OffsetWrapper } from '@rocketmq-ts/protocol'
import type { Brokers } from '../brokers'
import { askEveryBroker } from '../every-broker'
import type { BrokerAnswer, Fields } from '../every-broker'
import { requireSuccess } from '../refusals'
import { LiteTopicNotFoundError } from './lite-refusals'

/** How far a group is in one lite topic. */
export interface LiteProgress {
  readonly parentTopic: string
  /** A broker each, of those where the group has had something of it. */
  readonly offsets: readonly OffsetWrapper[]
}

/** Of a subscriber's client: all that the group has. Source: broker/lite/LiteSubscriptionRegistryImpl.java */
const ANY_CLIENT = '*'
/** Of GET_LITE_GROUP_INFO, where there is no message of the lite topic. */
const NO_LITE_TOPIC = -1

/**
 * Lite topics, as all brokers know them together. All reject with BrokerRefusedError when no broker can say, and as a
 * broker does that cannot be reached.
 */
export class LiteTopics {
  private readonly everyBroker: ReturnType<typeof askEveryBroker>

  constructor({ brokers }: { readonly brokers: Pick<Brokers, 'findRoute' | 'invoke'> }) {
    this.everyBroker = askEveryBroker(brokers)
  }

  /** Rejects with LiteTopicNotFoundError too: no broker has a message of it. */
  async progress(group: string, liteTopic: string): Promise<LiteProgress> {
    const bodies = await this.bodies(RequestCode.GET_LITE_GROUP_INFO, { group, liteTopic, topK: 0 })
    const infos = bodies.map(body => liteGroupInfoJson.decode(body))
    const { parentTopic = '' } = infos[0] ?? {}
    if (infos.every(({ totalLagCount }) => totalLagCount === NO_LITE_TOPIC)) {
      throw new LiteTopicNotFoundError(parentTopic, liteTopic)
    }
    return { parentTopic, offsets: infos.flatMap(info => info.liteTopicOffsetWrapper ?? []) }
  }

  /** The topic whose lite topics the group has. */
  async parentOf(group: string): Promise<string> {
    const [body = null] = await this.bodies(RequestCode.GET_LITE_GROUP_INFO, { group, topK: 0 })
    return liteGroupInfoJson.decode(body).parentTopic
  }

  /** Clients of the group that have the lite topic; 'all': the group has every one, and shares them out. */
  async subscribersOf(
    group: string,
    { parentTopic, liteTopic }: { readonly parentTopic: string; readonly liteTopic: string },
  ): Promise<ReadonlySet<string> | 'all'> {
    const bodies = await this.bodies(RequestCode.GET_LITE_TOPIC_INFO, { parentTopic, liteTopic })
    const subscribers = bodies.flatMap(body => liteTopicInfoJson.decode(body).subscriber)
    const clientIds = new Set(subscribers.filter(one => one.group === group).map(({ clientId }) => clientId))
    return clientIds.has(ANY_CLIENT) ? 'all' : clientIds
  }

  /** Of those that can say: a broker without the parent, or the group, has nothing to tell. */
  private async bodies(code: number, fields: Fields): Promise<readonly BrokerAnswer['answer']['body'][]> {
    const answers = await this.everyBroker(code, fields)
    const good = answers.filter(({ answer }) => answer.code === ResponseCode.SUCCESS)
    return (good.length === 0 ? answers.slice(0, 1) : good).map(({ answer }) => requireSuccess(answer).body)
  }
}
