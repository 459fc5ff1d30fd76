import { RocketmqError } from '@rocketmq-ts/base'
import type { Clock } from '@rocketmq-ts/base'
import {
  defaultSubscriptionGroupConfig,
  RemotingCommand,
  RequestCode,
  ResponseCode,
  subscriptionGroupConfigJson,
  topicConfigAndQueueMappingJson,
  TopicPermission,
} from '@rocketmq-ts/protocol'
import type { IncomingCommand, SubscriptionGroupConfig, TopicRouteData } from '@rocketmq-ts/protocol'
import type { Brokers } from './brokers'
import { KeptValues } from './kept-values'
import type { KeptValuesLimits } from './kept-values'
import { TopicNotFoundError, requireSuccess } from './refusals'

/** What a topic is for: its attribute `message.type`; UNSPECIFIED when nobody knows the topic. */
export type TopicMessageType =
  'UNSPECIFIED' | 'NORMAL' | 'FIFO' | 'DELAY' | 'TRANSACTION' | 'PRIORITY' | 'LITE' | 'MIXED'

const messageTypes: ReadonlySet<string> = new Set<TopicMessageType>([
  'NORMAL',
  'FIFO',
  'DELAY',
  'TRANSACTION',
  'PRIORITY',
  'LITE',
  'MIXED',
])

export interface MetadataDeps {
  readonly brokers: Pick<Brokers, 'findRoute' | 'invoke'>
  readonly clock: Pick<Clock, 'monotonicMs'>
}

/** How long what is known of topics, and of groups, counts. */
export interface MetadataLimits {
  readonly topics: KeptValuesLimits
  readonly groups: KeptValuesLimits
}

const LOOK_UP_TIMEOUT_MS = 3000

/** What brokers know of topics and groups. */
export class Metadata {
  private readonly messageTypes: KeptValues<TopicMessageType>
  private readonly groups: KeptValues<SubscriptionGroupConfig | null>

  constructor(
    limits: MetadataLimits,
    private readonly deps: MetadataDeps,
  ) {
    this.messageTypes = new KeptValues(limits.topics, topic => this.askMessageType(topic), {
      ...deps,
      isWorthKeeping: type => type !== 'UNSPECIFIED', // the topic may be made at any moment
    })
    this.groups = new KeptValues(limits.groups, key => this.askGroup(key), {
      ...deps,
      isWorthKeeping: group => group !== null, // the group may be made at any moment
    })
  }

  findRoute(topic: string): Promise<TopicRouteData | null> {
    return this.deps.brokers.findRoute(topic)
  }

  /** Throws TopicNotFoundError. */
  async requireRoute(topic: string): Promise<TopicRouteData> {
    const route = await this.findRoute(topic)
    if (route === null || route.queueDatas.length === 0) throw new TopicNotFoundError(topic)
    return route
  }

  messageTypeOf(topic: string): Promise<TopicMessageType> {
    return this.messageTypes.get(topic)
  }

  /** As a broker of the topic has it, and as Java makes it where none has. */
  async groupConfig(group: string, topic: string): Promise<SubscriptionGroupConfig> {
    return (await this.findGroup(group, topic)) ?? defaultSubscriptionGroupConfig(group)
  }

  /** As a broker of the topic has it; null: none has. */
  findGroup(group: string, topic: string): Promise<SubscriptionGroupConfig | null> {
    return this.groups.get(`${group} ${topic}`)
  }

  private async askMessageType(topic: string): Promise<TopicMessageType> {
    const command = RemotingCommand.request(RequestCode.GET_TOPIC_CONFIG, { topic, lo: 'true' })
    const response = await this.askBrokerOf(topic, command)
    if (response === null || response.code === ResponseCode.TOPIC_NOT_EXIST) return 'UNSPECIFIED'
    const { attributes } = topicConfigAndQueueMappingJson.decode(requireSuccess(response).body)
    const type = attributes.get('message.type') ?? 'NORMAL'
    return messageTypes.has(type) ? (type as TopicMessageType) : 'UNSPECIFIED'
  }

  private async askGroup(key: string): Promise<SubscriptionGroupConfig | null> {
    const [group = '', topic = ''] = key.split(' ')
    const command = RemotingCommand.request(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, { group })
    const response = await this.askBrokerOf(topic, command)
    if (response?.code !== ResponseCode.SUCCESS) return null
    return subscriptionGroupConfigJson.decode(response.body)
  }

  /** What the first of the topic's brokers answers that can be reached. Null: nobody has the topic. */
  private async askBrokerOf(topic: string, command: RemotingCommand): Promise<IncomingCommand | null> {
    const route = await this.findRoute(topic)
    let failure: RocketmqError | null = null
    for (const { brokerName } of route?.queueDatas ?? []) {
      try {
        return await this.deps.brokers.invoke(brokerName, command, LOOK_UP_TIMEOUT_MS)
      } catch (error) {
        if (!(error instanceof RocketmqError)) throw error
        failure = error
      }
    }
    if (failure !== null) throw failure
    return null
  }
}

export function isReadable(perm: number): boolean {
  return (perm & TopicPermission.READ) !== 0
}

export function isWritable(perm: number): boolean {
  return (perm & TopicPermission.WRITE) !== 0
}
