import { silentLog, systemClock } from '@rocketmq-ts/base'
import {
  defaultSubscriptionGroupConfig,
  RemotingResponse,
  RequestCode,
  ResponseCode,
  subscriptionGroupConfigJson,
  topicConfigAndQueueMappingJson,
} from '@rocketmq-ts/protocol'
import type { ExtFields, RemotingCommand, SubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import { InProcessConnection } from '@rocketmq-ts/remoting'
import type { RemotingRequest, RequestHandlers } from '@rocketmq-ts/remoting'
import type { LocalBroker } from '../../src'

export interface Asked {
  readonly code: number
  readonly fields: ExtFields
  readonly body: Buffer | null
  readonly remoteAddress: string
  /** To whoever asked. */
  readonly push: (command: RemotingCommand) => void
}

export interface FakeTopic {
  readonly type?: string
  readonly perm?: number
  readonly readQueueNums?: number
  readonly writeQueueNums?: number
}

/** A broker that answers what a test says, and remembers what it was asked. It has topics and groups of its own. */
export class FakeBroker implements LocalBroker {
  readonly brokerName = 'broker-a'
  readonly clusterName = 'DefaultCluster'
  readonly address = '127.0.0.1:10911'
  readonly asked: Asked[] = []
  readonly topics = new Map<string, FakeTopic>()
  readonly groups = new Map<string, Partial<SubscriptionGroupConfig>>()
  /** By code; may take its time. What is not here and not below is not supported. */
  readonly answers = new Map<number, (asked: Asked) => RemotingResponse | Promise<RemotingResponse>>([
    [RequestCode.HEART_BEAT, () => RemotingResponse.success()],
    [RequestCode.GET_TOPIC_CONFIG, ({ fields }) => this.topicConfig(fields['topic'] ?? '')],
    [RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, ({ fields }) => this.groupConfig(fields['group'] ?? '')],
  ])
  readonly pushes: ((command: RemotingCommand) => void)[] = []
  /** In the order in which they were made. */
  readonly connections: InProcessConnection[] = []

  connect(...[peer, onPush, onCall]: Parameters<LocalBroker['connect']>): InProcessConnection {
    this.pushes.push(onPush)
    const handlers: RequestHandlers = Object.fromEntries(
      Object.values(RequestCode).map(code => [code, (request: RemotingRequest) => void this.handle(code, request)]),
    )
    const ends = { onPush, ...(onCall === undefined ? {} : { onCall }), onClose: () => undefined }
    const connection = new InProcessConnection(peer, { handlers, clock: systemClock, log: silentLog, ...ends })
    this.connections.push(connection)
    return connection
  }

  /** What was asked under this code. */
  askedOf(code: number): readonly Asked[] {
    return this.asked.filter(asked => asked.code === code)
  }

  private async handle(code: number, request: RemotingRequest): Promise<void> {
    const { command, channel } = request
    const { extFields: fields, body } = command
    const asked = {
      ...{ code, fields, body: body === null ? null : Buffer.from(body), remoteAddress: channel.remoteAddress },
      push: (push: RemotingCommand) => channel.sendOneway(push),
    }
    this.asked.push(asked)
    const answer = this.answers.get(code)
    const notSupported = RemotingResponse.refusal(ResponseCode.REQUEST_CODE_NOT_SUPPORTED, `code ${code}`)
    request.reply(answer === undefined ? notSupported : await answer(asked))
  }

  private topicConfig(topicName: string): RemotingResponse {
    const topic = this.topics.get(topicName)
    if (topic === undefined) return RemotingResponse.refusal(ResponseCode.TOPIC_NOT_EXIST, `no topic ${topicName}`)
    const config = {
      ...{ topicName, perm: topic.perm ?? 6, readQueueNums: topic.readQueueNums ?? 4 },
      ...{ writeQueueNums: topic.writeQueueNums ?? 4, topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false },
      attributes: new Map(topic.type === undefined ? [] : [['message.type', topic.type]]),
      mappingDetail: null,
    }
    const body = topicConfigAndQueueMappingJson.encode(config)
    return RemotingResponse.success(null, body)
  }

  private groupConfig(group: string): RemotingResponse {
    const config = { ...defaultSubscriptionGroupConfig(group), ...this.groups.get(group) }
    return RemotingResponse.success(null, subscriptionGroupConfigJson.encode(config))
  }
}
