import type { Component } from '@rocketmq-ts/base'
import { nodeDisk, silentLog, systemClock } from '@rocketmq-ts/base'
import {
  decodeMessageId,
  encodeMessageBatch,
  encodeProperties,
  heartbeatDataJson,
  readStoredMessage,
  RemotingCommand,
  RequestCode,
  ResponseCode,
} from '@rocketmq-ts/protocol'
import type { HeartbeatData, IncomingCommand, StoredMessage } from '@rocketmq-ts/protocol'
import { RemotingClient, remotingConfigSchema } from '@rocketmq-ts/remoting'

const TIMEOUT_MS = 15_000

export type HeaderFormat = 'JSON' | 'ROCKETMQ'

export interface TestMessage {
  readonly topic: string
  readonly queueId: number
  readonly body: string | Buffer
  readonly properties?: Readonly<Record<string, string>>
}

export interface TestSendResult {
  readonly code: number
  readonly remark: string | null
  readonly queueId: number
  /** Of the first message of a batch. */
  readonly queueOffset: number
  /** One per message. */
  readonly offsetMessageIds: readonly string[]
}

export interface PullRequest {
  readonly topic: string
  readonly queueId: number
  readonly queueOffset: number
  readonly messageCountMax?: number
  readonly group?: string
  /** How long the broker may hold the pull; 0: it answers at once. */
  readonly suspendTimeoutMs?: number
}

export interface TestPullResult {
  readonly code: number
  readonly nextBeginOffset: number
  readonly minOffset: number
  readonly maxOffset: number
  readonly messages: readonly StoredMessage[]
}

export interface CommittedOffset {
  readonly group: string
  readonly topic: string
  readonly queueId: number
  readonly offset: number
}

const SYS_FLAG_SUSPEND = 2
const SYS_FLAG_SUBSCRIPTION = 4

/** Speaks to servers as a client does, one connection to each; what a server refuses is returned, not thrown. */
export class TestClient implements Component {
  private readonly remoting: RemotingClient

  constructor(headerFormat: HeaderFormat = 'JSON') {
    const config = remotingConfigSchema.parse({ 'rocketmq.serialize.type': headerFormat })
    this.remoting = new RemotingClient(config, { clock: systemClock, disk: nodeDisk, log: silentLog })
  }

  async start(): Promise<void> {
    await this.remoting.start()
  }

  async stop(): Promise<void> {
    await this.remoting.stop()
  }

  async invoke(address: string, command: RemotingCommand, timeoutMs = TIMEOUT_MS): Promise<IncomingCommand> {
    return await this.remoting.invoke(address, command, timeoutMs)
  }

  async sendOneway(address: string, command: RemotingCommand): Promise<void> {
    await this.remoting.sendOneway(address, command)
  }

  /** Invokes with extFields of any scalar type. */
  async ask(address: string, code: number, fields: Fields = {}, body: Buffer | null = null): Promise<IncomingCommand> {
    return await this.invoke(address, RemotingCommand.request(code, toExtFields(fields), body))
  }

  /** `attributes`: as Java's admin sends them, `+queue.type=BatchCQ`. */
  async createTopic(broker: string, topic: string, queueCount: number, attributes = ''): Promise<void> {
    const { code, remark } = await this.ask(broker, RequestCode.UPDATE_AND_CREATE_TOPIC, {
      topic,
      defaultTopic: 'TBW102',
      readQueueNums: queueCount,
      writeQueueNums: queueCount,
      perm: 6,
      topicFilterType: 'SINGLE_TAG',
      topicSysFlag: 0,
      order: false,
      attributes,
    })
    if (code !== ResponseCode.SUCCESS) throw new Error(`cannot create ${topic}: ${code} ${remark}`)
  }

  async send(broker: string, message: TestMessage): Promise<TestSendResult> {
    const body = Buffer.from(message.body)
    const properties = encodeProperties(Object.entries(message.properties ?? {})).toString()
    const fields = { ...sendFields(message.topic, message.queueId), i: properties, m: false }
    return readSendResult(await this.ask(broker, RequestCode.SEND_MESSAGE_V2, fields, body))
  }

  /** All of one topic and one queue. */
  async sendBatch(broker: string, messages: readonly [TestMessage, ...TestMessage[]]): Promise<TestSendResult> {
    const [{ topic, queueId }] = messages
    const body = encodeMessageBatch(
      messages.map(message => ({
        flag: 0,
        body: Buffer.from(message.body),
        properties: encodeProperties(Object.entries(message.properties ?? {})),
      })),
    )
    const fields = { ...sendFields(topic, queueId), i: '', m: true }
    return readSendResult(await this.ask(broker, RequestCode.SEND_BATCH_MESSAGE, fields, body))
  }

  async pull(broker: string, request: PullRequest): Promise<TestPullResult> {
    const { topic, queueId, queueOffset, messageCountMax = 32, group = 'TestClient', suspendTimeoutMs = 0 } = request
    const response = await this.ask(broker, RequestCode.PULL_MESSAGE, {
      consumerGroup: group,
      topic,
      queueId,
      queueOffset,
      maxMsgNums: messageCountMax,
      sysFlag: SYS_FLAG_SUBSCRIPTION | (suspendTimeoutMs > 0 ? SYS_FLAG_SUSPEND : 0),
      commitOffset: 0,
      suspendTimeoutMillis: suspendTimeoutMs,
      subscription: '*',
      subVersion: 1,
      expressionType: 'TAG',
    })
    const { extFields } = response
    return {
      code: response.code,
      nextBeginOffset: Number(extFields['nextBeginOffset']),
      minOffset: Number(extFields['minOffset']),
      maxOffset: Number(extFields['maxOffset']),
      messages: readMessages(response.body),
    }
  }

  /** Every message of the queue from `fromOffset` on, in order. */
  async pullAll(broker: string, topic: string, queueId: number, fromOffset = 0): Promise<readonly StoredMessage[]> {
    const messages: StoredMessage[] = []
    for (let queueOffset = fromOffset; ;) {
      const result = await this.pull(broker, { topic, queueId, queueOffset, messageCountMax: 1024 })
      const isMovedOn = result.code === ResponseCode.PULL_OFFSET_MOVED && result.nextBeginOffset > queueOffset
      if (result.code !== ResponseCode.SUCCESS && !isMovedOn) return messages
      messages.push(...result.messages)
      queueOffset = result.nextBeginOffset
    }
  }

  /** The message that an offset id names, or null if the broker has none there. */
  async viewMessage(broker: string, topic: string, offsetMessageId: string): Promise<StoredMessage | null> {
    const offset = decodeMessageId(offsetMessageId).physicalOffset
    const { code, body } = await this.ask(broker, RequestCode.VIEW_MESSAGE_BY_ID, { topic, offset })
    return code === ResponseCode.SUCCESS ? (readMessages(body)[0] ?? null) : null
  }

  async maxOffset(broker: string, topic: string, queueId: number): Promise<number> {
    const { extFields } = await this.ask(broker, RequestCode.GET_MAX_OFFSET, { topic, queueId })
    return Number(extFields['offset'])
  }

  async commitOffset(broker: string, { group, offset, ...queue }: CommittedOffset): Promise<void> {
    const fields = { consumerGroup: group, commitOffset: offset, ...queue }
    const { code, remark } = await this.ask(broker, RequestCode.UPDATE_CONSUMER_OFFSET, fields)
    if (code !== ResponseCode.SUCCESS) throw new Error(`cannot commit: ${code} ${remark}`)
  }

  /** The committed offset, or null if the group has none there. */
  async queryOffset(broker: string, { group, ...queue }: Omit<CommittedOffset, 'offset'>): Promise<number | null> {
    const fields = { consumerGroup: group, ...queue }
    const { code, extFields } = await this.ask(broker, RequestCode.QUERY_CONSUMER_OFFSET, fields)
    return code === ResponseCode.SUCCESS ? Number(extFields['offset']) : null
  }

  async heartbeat(broker: string, heartbeat: HeartbeatData): Promise<IncomingCommand> {
    return await this.ask(broker, RequestCode.HEART_BEAT, {}, heartbeatDataJson.encode(heartbeat))
  }
}

type Fields = Readonly<Record<string, string | number | boolean>>

function toExtFields(fields: Fields): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)]))
}

/** The short names of SEND_MESSAGE_V2. */
function sendFields(topic: string, queueId: number): Fields {
  return {
    a: 'TestClient',
    b: topic,
    c: 'TBW102',
    d: 4,
    e: queueId,
    f: 0,
    g: systemClock.nowMs(),
    h: 0,
    j: 0,
    k: false,
  }
}

function readSendResult({ code, remark, extFields }: IncomingCommand): TestSendResult {
  return {
    code,
    remark,
    queueId: Number(extFields['queueId']),
    queueOffset: Number(extFields['queueOffset']),
    offsetMessageIds: extFields['msgId']?.split(',') ?? [],
  }
}

function readMessages(body: Buffer | null): readonly StoredMessage[] {
  const messages: StoredMessage[] = []
  for (let at = 0; body !== null && at < body.length;) {
    const message = readStoredMessage(body, at)
    messages.push(message)
    at += message.recordBytes
  }
  return messages
}
