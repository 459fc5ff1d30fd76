import {
  defaultSubscriptionGroupConfig,
  RequestCode,
  subscriptionGroupConfigJson,
  subscriptionGroupTableJson,
  topicConfigAndMappingTableJson,
} from '@rocketmq-ts/protocol'
import type { IncomingCommand, SubscriptionGroupConfig, TopicConfig } from '@rocketmq-ts/protocol'
import type { Brokers } from './brokers'
import { askEveryBroker } from './every-broker'
import type { Fields } from './every-broker'
import { requireSuccess } from './refusals'

const READ_AND_WRITE = 6

/** Topics and groups on all brokers. All throw BrokerRefusedError, and what a broker that cannot be reached throws. */
export class Administration {
  private readonly everyBroker: ReturnType<typeof askEveryBroker>

  constructor({ brokers }: { readonly brokers: Pick<Brokers, 'findRoute' | 'invoke'> }) {
    this.everyBroker = askEveryBroker(brokers)
  }

  /** By name; of a topic that several brokers have, the first one's. */
  async topics(): Promise<ReadonlyMap<string, TopicConfig>> {
    const answers = await this.askEach(RequestCode.GET_ALL_TOPIC_CONFIG, {})
    const tables = answers.map(({ body }) => topicConfigAndMappingTableJson.decode(body).topicConfigTable)
    return new Map(tables.reverse().flatMap(table => [...table]))
  }

  async putTopic(
    topic: string,
    { queueCount, type }: { readonly queueCount: number; readonly type: string },
  ): Promise<void> {
    await this.askEach(RequestCode.UPDATE_AND_CREATE_TOPIC, {
      ...{ topic, defaultTopic: 'TBW102', readQueueNums: queueCount, writeQueueNums: queueCount },
      ...{ perm: READ_AND_WRITE, topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false },
      attributes: `+message.type=${type}`,
    })
  }

  async deleteTopic(topic: string): Promise<void> {
    await this.askEach(RequestCode.DELETE_TOPIC_IN_BROKER, { topic })
  }

  async groups(): Promise<ReadonlyMap<string, SubscriptionGroupConfig>> {
    const answers = await this.askEach(RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG, {})
    const tables = answers.map(({ body }) => subscriptionGroupTableJson.decode(body).subscriptionGroupTable)
    return new Map(tables.reverse().flatMap(table => [...table]))
  }

  async putGroup(group: string, wanted: Partial<SubscriptionGroupConfig>): Promise<void> {
    const body = subscriptionGroupConfigJson.encode({ ...defaultSubscriptionGroupConfig(group), ...wanted })
    await this.askEach(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, {}, body)
  }

  async deleteGroup(group: string): Promise<void> {
    await this.askEach(RequestCode.DELETE_SUBSCRIPTIONGROUP, { groupName: group, cleanOffset: true })
  }

  private async askEach(code: number, fields: Fields, body: Buffer | null = null): Promise<IncomingCommand[]> {
    const answers = await this.everyBroker(code, fields, body)
    return answers.map(({ answer }) => requireSuccess(answer))
  }
}
