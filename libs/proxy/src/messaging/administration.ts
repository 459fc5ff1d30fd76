import {
  defaultSubscriptionGroupConfig,
  RemotingCommand,
  RequestCode,
  subscriptionGroupConfigJson,
  subscriptionGroupTableJson,
  toExtFields,
  topicConfigAndMappingTableJson,
} from '@rocketmq-ts/protocol'
import type { IncomingCommand, SubscriptionGroupConfig, TopicConfig } from '@rocketmq-ts/protocol'
import type { Brokers } from './brokers'
import { NoQueueError, requireSuccess } from './refusals'

type Fields = Parameters<typeof toExtFields>[0]

const TIMEOUT_MS = 5000
/** Every broker has it from its first start on: its route names all of them. */
const TOPIC_OF_EVERY_BROKER = 'SELF_TEST_TOPIC'
const READ_AND_WRITE = 6

/** Topics and groups on all brokers. All throw BrokerRefusedError, and what a broker that cannot be reached throws. */
export class Administration {
  constructor(private readonly deps: { readonly brokers: Pick<Brokers, 'findRoute' | 'invoke'> }) {}

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
    const route = await this.deps.brokers.findRoute(TOPIC_OF_EVERY_BROKER)
    const names = route?.brokerDatas.map(({ brokerName }) => brokerName) ?? []
    if (names.length === 0) throw new NoQueueError(TOPIC_OF_EVERY_BROKER, 'readable')
    return await Promise.all(
      names.map(async name => {
        const command = RemotingCommand.request(code, toExtFields(fields), body)
        return requireSuccess(await this.deps.brokers.invoke(name, command, TIMEOUT_MS))
      }),
    )
  }
}
