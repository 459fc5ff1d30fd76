import {
  consumeMessageDirectlyResultJson,
  consumerConnectionJson,
  consumerRunningInfoJson,
  consumeStatsJson,
  groupListJson,
  RemotingCommand,
  RequestCode,
  ResponseCode,
  toExtFields,
  topicListJson,
} from '@rocketmq-ts/protocol'
import type {
  ConsumeMessageDirectlyResult,
  ConsumerConnection,
  ConsumerRunningInfo,
  IncomingCommand,
  MessageQueue,
  OffsetWrapper,
} from '@rocketmq-ts/protocol'
import type { Brokers } from './brokers'
import { askEveryBroker } from './every-broker'
import type { Fields } from './every-broker'
import { BrokerRefusedError, requireSuccess } from './refusals'

/** A group as one broker sees it. */
export interface OnlineGroup extends ConsumerConnection {
  readonly brokerName: string
}

/** One client of a group. */
export interface GroupMember {
  readonly group: string
  readonly clientId: string
}

/** A client takes its time to answer, and brokers wait for it. */
const CLIENT_TIMEOUT_MS = 15_000

/**
 * Groups of consumers, as all brokers know them together. All reject with BrokerRefusedError, and as a broker does that
 * cannot be reached.
 */
export class ConsumerGroups {
  private readonly everyBroker: ReturnType<typeof askEveryBroker>

  constructor(private readonly deps: { readonly brokers: Pick<Brokers, 'findRoute' | 'invoke'> }) {
    this.everyBroker = askEveryBroker(deps.brokers)
  }

  /** Of brokers where a client of the group is connected. */
  async online(group: string): Promise<readonly OnlineGroup[]> {
    const answers = await this.everyBroker(RequestCode.GET_CONSUMER_CONNECTION_LIST, { consumerGroup: group })
    return answers
      .filter(({ answer }) => answer.code !== ResponseCode.CONSUMER_NOT_ONLINE)
      .map(({ brokerName, answer }) => ({
        brokerName,
        ...consumerConnectionJson.decode(requireSuccess(answer).body),
      }))
  }

  /** That the group has consumed from at some time. */
  async topicsOf(group: string): Promise<readonly string[]> {
    const bodies = await this.bodies(RequestCode.QUERY_TOPICS_BY_CONSUMER, { group })
    return [...new Set(bodies.flatMap(body => topicListJson.decode(body).topicList))]
  }

  /** That consume from the topic, or have done so. */
  async groupsOf(topic: string): Promise<readonly string[]> {
    const bodies = await this.bodies(RequestCode.QUERY_TOPIC_CONSUME_BY_WHO, { topic })
    return [...new Set(bodies.flatMap(body => groupListJson.decode(body).groupList))]
  }

  /** How far the group is in the queues of a topic; null: of all that it consumes from. */
  async progress(group: string, topic: string | null): Promise<ReadonlyMap<MessageQueue, OffsetWrapper>> {
    const bodies = await this.bodies(RequestCode.GET_CONSUME_STATS, { consumerGroup: group, topic })
    return new Map(bodies.flatMap(body => [...consumeStatsJson.decode(body).offsetTable]))
  }

  /** Goes on at what was stored at that time, back or ahead. */
  async reset(group: string, topic: string, timestamp: number): Promise<void> {
    const fields = { group, topic, timestamp, isForce: true }
    const answers = await this.everyBroker(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, fields)
    // A broker without the topic has nothing to reset; without any that has it, nothing was done.
    const refused = answers.filter(({ answer }) => answer.code !== ResponseCode.SUCCESS)
    const worse = refused.find(({ answer }) => answer.code !== ResponseCode.TOPIC_NOT_EXIST)
    const failed = worse ?? (refused.length === answers.length ? refused[0] : undefined)
    if (failed !== undefined) requireSuccess(failed.answer)
  }

  /** What a client says of itself; `withStack`: with what its threads do. */
  async runningInfo({ group, clientId }: GroupMember, withStack: boolean): Promise<ConsumerRunningInfo> {
    const fields = { consumerGroup: group, clientId, jstackEnable: withStack }
    const brokerName = await this.brokerOf({ group, clientId })
    return consumerRunningInfoJson.decode(
      await this.askClient(brokerName, RequestCode.GET_CONSUMER_RUNNING_INFO, fields),
    )
  }

  /** What a client makes of one message, of which `messageId` tells the place in the log of that broker. */
  async consumeDirectly(
    { group, clientId }: GroupMember,
    {
      brokerName,
      topic,
      messageId,
    }: { readonly brokerName: string; readonly topic: string; readonly messageId: string },
  ): Promise<ConsumeMessageDirectlyResult> {
    const fields = { consumerGroup: group, clientId, msgId: messageId, brokerName, topic }
    const body = await this.askClient(brokerName, RequestCode.CONSUME_MESSAGE_DIRECTLY, fields)
    return consumeMessageDirectlyResultJson.decode(body)
  }

  /** Throws BrokerRefusedError: it is connected to none. */
  private async brokerOf({ group, clientId }: GroupMember): Promise<string> {
    const places = await this.online(group)
    const place = places.find(({ connectionSet }) => connectionSet.some(one => one.clientId === clientId))
    if (place !== undefined) return place.brokerName
    const remark = `client ${clientId} of group ${group} is connected to no broker: see ListConsumerConnection`
    throw new BrokerRefusedError(ResponseCode.CONSUMER_NOT_ONLINE, remark)
  }

  private async askClient(brokerName: string, code: number, fields: Fields): Promise<IncomingCommand['body']> {
    const command = RemotingCommand.request(code, toExtFields(fields))
    return requireSuccess(await this.deps.brokers.invoke(brokerName, command, CLIENT_TIMEOUT_MS)).body
  }

  private async bodies(code: number, fields: Fields): Promise<readonly IncomingCommand['body'][]> {
    const answers = await this.everyBroker(code, fields)
    return answers.map(({ answer }) => requireSuccess(answer).body)
  }
}
