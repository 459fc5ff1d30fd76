import { readProperty, readStoredMessage, RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import type { IncomingCommand, StoredMessage } from '@rocketmq-ts/protocol'
import type { TestClient } from './test-client'

/** What a popped message is acknowledged with. */
export interface Receipt {
  /** The retry topic, if the message was popped from it. */
  readonly topic: string
  readonly queueId: number
  readonly offset: number
  readonly extraInfo: string
}

export interface PoppedMessage {
  readonly body: string
  readonly reconsumeTimes: number
  readonly popTime: number
  readonly receipt: Receipt
}

export interface PopWish {
  readonly invisibleMs: number
  readonly messageCountMax?: number
  /** How long the broker may hold the pop; 0: it answers at once. */
  readonly pollMs?: number
}

export interface TestPopperOptions {
  readonly broker: string
  readonly brokerName?: string
  readonly topic: string
  readonly group: string
}

const RETRY_FLAG_AT = 4
const MESSAGE_COUNT_MAX = 32

/** Pops one topic as one group over a client's connection, as Java's client does. */
export class TestPopper {
  constructor(
    private readonly client: Pick<TestClient, 'ask'>,
    private readonly options: TestPopperOptions,
  ) {}

  async pop({
    invisibleMs,
    messageCountMax = MESSAGE_COUNT_MAX,
    pollMs = 0,
  }: PopWish): Promise<readonly PoppedMessage[]> {
    const { broker, topic, group } = this.options
    const answer = await this.client.ask(broker, RequestCode.POP_MESSAGE, {
      ...{ consumerGroup: group, topic, queueId: -1, maxMsgNums: messageCountMax, invisibleTime: invisibleMs },
      ...{ pollTime: pollMs, bornTime: Date.now(), initMode: 0, expType: 'TAG', exp: '*', order: false },
    })
    return answer.code === ResponseCode.SUCCESS ? [...this.messagesIn(answer)] : []
  }

  /** False when the broker refuses. */
  async ack(receipt: Receipt): Promise<boolean> {
    const { broker, group: consumerGroup } = this.options
    const { code } = await this.client.ask(broker, RequestCode.ACK_MESSAGE, { consumerGroup, ...receipt })
    return code === ResponseCode.SUCCESS
  }

  /** The receipt that the message has then; null when the broker refuses. */
  async changeInvisibleTime(receipt: Receipt, invisibleMs: number): Promise<Receipt | null> {
    const { broker, group: consumerGroup, brokerName = 'broker-a' } = this.options
    const fields = { consumerGroup, ...receipt, invisibleTime: invisibleMs }
    const { code, extFields } = await this.client.ask(broker, RequestCode.CHANGE_MESSAGE_INVISIBLETIME, fields)
    if (code !== ResponseCode.SUCCESS) return null
    const { popTime, invisibleTime, reviveQid } = extFields
    const retryFlag = receipt.extraInfo.split(' ')[RETRY_FLAG_AT]
    const { offset, queueId } = receipt
    const extraInfo = [offset, popTime, invisibleTime, reviveQid, retryFlag, brokerName, queueId, offset].join(' ')
    return { ...receipt, extraInfo }
  }

  private *messagesIn({ body, extFields }: IncomingCommand): Generator<PoppedMessage> {
    for (let at = 0; body !== null && at < body.length;) {
      const message = readStoredMessage(body, at)
      at += message.recordBytes
      const extraInfo = readProperty(message.properties, 'POP_CK') ?? this.extraInfoOf(message, extFields)
      const { queueId, queueOffset: offset, reconsumeTimes } = message
      const receipt = { topic: this.topicOf(extraInfo), queueId, offset, extraInfo }
      const popTime = Number(extFields['popTime'])
      yield { body: message.body.toString(), reconsumeTimes, popTime, receipt }
    }
  }

  /** Of a message that does not come again the broker leaves it to the client to write it. */
  private extraInfoOf({ queueId, queueOffset }: StoredMessage, extFields: IncomingCommand['extFields']): string {
    const { popTime, invisibleTime, reviveQid, startOffsetInfo = '' } = extFields
    const own = startOffsetInfo.split(';').find(entry => entry.startsWith(`0 ${queueId} `))
    const startOffset = own?.split(' ')[2]
    const { brokerName = 'broker-a' } = this.options
    return [startOffset, popTime, invisibleTime, reviveQid, 0, brokerName, queueId, queueOffset].join(' ')
  }

  private topicOf(extraInfo: string): string {
    const { topic, group } = this.options
    switch (extraInfo.split(' ')[RETRY_FLAG_AT]) {
      case '1':
        return `%RETRY%${group}_${topic}`
      case '2':
        return `%RETRY%${group}+${topic}`
      default:
        return topic
    }
  }
}
