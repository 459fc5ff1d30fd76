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
import type { SubscriptionGroupConfig, TopicRouteData } from '@rocketmq-ts/protocol'
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

const LOOK_UP_TIMEOUT_MS = 3000

/** What brokers know of topics and groups. */
export class Metadata {
  private readonly messageTypes: KeptValues<TopicMessageType>
  private readonly groups: KeptValues<SubscriptionGroupConfig>

  constructor(
    limits: KeptValuesLimits,
    private readonly deps: MetadataDeps,
  ) {
    this.messageTypes = new KeptValues(limits, topic => this.askMessageType(topic), deps)
    this.groups = new KeptValues(limits, key => this.askGroup(key), deps)
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
  groupConfig(group: string, topic: string): Promise<SubscriptionGroupConfig> {
    return this.groups.get(`${group} ${topic}`)
  }

  private async askMessageType(topic: string): Promise<TopicMessageType> {
    const brokerName = firstBrokerOf(await this.findRoute(topic))
    if (brokerName === null) return 'UNSPECIFIED'
    const command = RemotingCommand.request(RequestCode.GET_TOPIC_CONFIG, { topic, lo: 'true' })
    const response = await this.deps.brokers.invoke(brokerName, command, LOOK_UP_TIMEOUT_MS)
    if (response.code === ResponseCode.TOPIC_NOT_EXIST) return 'UNSPECIFIED'
    const { attributes } = topicConfigAndQueueMappingJson.decode(requireSuccess(response).body)
    const type = attributes.get('message.type') ?? 'NORMAL'
    return messageTypes.has(type) ? (type as TopicMessageType) : 'UNSPECIFIED'
  }

  private async askGroup(key: string): Promise<SubscriptionGroupConfig> {
    const [group = '', topic = ''] = key.split(' ')
    const brokerName = firstBrokerOf(await this.findRoute(topic))
    if (brokerName === null) return defaultSubscriptionGroupConfig(group)
    const command = RemotingCommand.request(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, { group })
    const response = await this.deps.brokers.invoke(brokerName, command, LOOK_UP_TIMEOUT_MS)
    if (response.code !== ResponseCode.SUCCESS) return defaultSubscriptionGroupConfig(group)
    return subscriptionGroupConfigJson.decode(response.body)
  }
}

function firstBrokerOf(route: TopicRouteData | null): string | null {
  return route?.queueDatas[0]?.brokerName ?? null
}

export function isReadable(perm: number): boolean {
  return (perm & TopicPermission.READ) !== 0
}

export function isWritable(perm: number): boolean {
  return (perm & TopicPermission.WRITE) !== 0
}
