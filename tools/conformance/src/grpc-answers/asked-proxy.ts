import {
  defaultSubscriptionGroupConfig,
  RequestCode,
  ResponseCode,
  subscriptionGroupConfigJson,
} from '@rocketmq-ts/protocol'
import type { SubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import { durationOfMs, v2 } from '@rocketmq-ts/protocol/grpc'
import type { MessagingMethodName } from '@rocketmq-ts/protocol/grpc'
import { RawGrpcClient } from '@rocketmq-ts/testing'
import type { GrpcAnswer, GrpcAsking, TestClient } from '@rocketmq-ts/testing'

export interface AskedProxyOptions {
  /** Of all names that are made here: two proxies have a broker in common. */
  readonly suffix: string
  readonly endpoint: string
  readonly brokerAddress: string
  readonly nameServerAddress: string
  readonly remoting: TestClient
}

export interface TopicWish {
  readonly type?: string
  readonly readQueueNums?: number
  readonly writeQueueNums?: number
  readonly perm?: number
}

const READ_WRITE = 6
const ofEveryClient = { 'x-mq-language': 'JAVA', 'x-mq-client-version': '5.0.7' }
const HIDDEN_MS = 30_000
const POLL_MS = 5000
const REQUEST_TIMEOUT_MS = 3000
const RECEIVE_ATTEMPTS_MAX = 20

/** What a call ended with when not with an answer. */
interface GrpcFailure {
  readonly grpcStatus: number
}

/** A proxy that is asked things, with topics, groups and clients of its own. */
export class AskedProxy {
  private readonly clients: RawGrpcClient[] = []
  private nameCount = 0

  constructor(private readonly options: AskedProxyOptions) {}

  name(prefix: string): string {
    this.nameCount += 1
    return `${prefix}${this.nameCount}${this.options.suffix}`
  }

  /** A new one, which the NameServer knows. */
  async topic({
    type = 'NORMAL',
    readQueueNums = 1,
    writeQueueNums = 1,
    perm = READ_WRITE,
  }: TopicWish = {}): Promise<string> {
    const topic = this.name('Topic')
    const fields = { topic, defaultTopic: 'TBW102', readQueueNums, writeQueueNums, perm, topicFilterType: 'SINGLE_TAG' }
    const more = { topicSysFlag: 0, order: false, attributes: `+message.type=${type}` }
    await this.tell(RequestCode.UPDATE_AND_CREATE_TOPIC, { ...fields, ...more })
    const { remoting, nameServerAddress } = this.options
    let code: number = ResponseCode.TOPIC_NOT_EXIST
    while (code !== ResponseCode.SUCCESS) {
      code = (await remoting.ask(nameServerAddress, RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic })).code
    }
    return topic
  }

  async group(wanted: Partial<SubscriptionGroupConfig> = {}): Promise<string> {
    const group = this.name('Group')
    const config = subscriptionGroupConfigJson.encode({ ...defaultSubscriptionGroupConfig(group), ...wanted })
    await this.tell(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, {}, config)
    return group
  }

  private async tell(code: number, fields: Parameters<TestClient['ask']>[2], body?: Buffer): Promise<void> {
    const { remoting, brokerAddress } = this.options
    const answer = await remoting.ask(brokerAddress, code, fields, body)
    if (answer.code !== ResponseCode.SUCCESS) throw new Error(`request ${code}: ${answer.code} ${answer.remark}`)
  }

  client(headers: Readonly<Record<string, string>> = { 'x-mq-client-id': this.name('client') }): RawGrpcClient {
    const client = new RawGrpcClient(this.options.endpoint, { ...ofEveryClient, ...headers })
    this.clients.push(client)
    return client
  }

  /** What a call is answered with, or how it fails. */
  async ask<Name extends MessagingMethodName>(
    name: Name,
    request: GrpcAsking<Name>,
    { client = this.client(), deadlineMs }: { readonly client?: RawGrpcClient; readonly deadlineMs?: number } = {},
  ): Promise<readonly GrpcAnswer<Name>[] | GrpcFailure> {
    return await orFailure(client.call(name, request, deadlineMs))
  }

  async connect(settings: v2.Settings.$Properties | null, client = this.client()): Promise<unknown> {
    return await orFailure(client.connect(settings === null ? {} : { settings }))
  }

  /** A client of a group that has asked for messages once, as a new group begins at the newest. */
  async consumer(topic: string, group: string, clientType = v2.ClientType.SIMPLE_CONSUMER): Promise<RawGrpcClient> {
    const client = this.client()
    await client.connect({ settings: consumerSettings(topic, group, clientType) })
    await client.call('Heartbeat', { group: { name: group }, clientType })
    await client.call('ReceiveMessage', { ...receiveRequest(topic, group), longPollingTimeout: durationOfMs(1) })
    return client
  }

  /** Until there is a message. */
  async receive(
    client: RawGrpcClient,
    request: v2.ReceiveMessageRequest.$Properties,
  ): Promise<readonly v2.ReceiveMessageResponse[]> {
    for (let attempt = 0; attempt < RECEIVE_ATTEMPTS_MAX; attempt += 1) {
      const answers = await client.call('ReceiveMessage', request)
      if (handleOf(answers) !== null) return answers
    }
    throw new Error(`nothing was received of ${request.messageQueue?.topic?.name}`)
  }

  close(): void {
    for (const client of this.clients) client.close()
  }
}

async function orFailure<T>(asked: Promise<T>): Promise<T | GrpcFailure> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'number') return { grpcStatus: error.code }
    throw error
  }
}

export function consumerSettings(topic: string, group: string, clientType: v2.ClientType): v2.Settings.$Properties {
  return {
    clientType,
    requestTimeout: durationOfMs(REQUEST_TIMEOUT_MS),
    subscription: {
      group: { name: group },
      subscriptions: [{ topic: { name: topic }, expression: { type: v2.FilterType.TAG, expression: '*' } }],
    },
  }
}

export function receiveRequest(topic: string, group: string): v2.ReceiveMessageRequest.$Properties {
  return {
    group: { name: group },
    messageQueue: { topic: { name: topic }, id: -1, broker: { name: 'broker-a' } },
    filterExpression: { type: v2.FilterType.TAG, expression: '*' },
    batchSize: 1,
    invisibleDuration: durationOfMs(HIDDEN_MS),
    longPollingTimeout: durationOfMs(POLL_MS),
  }
}

/** Of the first message of an answer. */
export function handleOf(answers: readonly v2.ReceiveMessageResponse[]): string | null {
  const message = answers.find(answer => answer.message !== null && answer.message !== undefined)?.message
  return message?.systemProperties?.receiptHandle ?? null
}
