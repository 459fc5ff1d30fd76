import type { SendMessageHeader } from '@rocketmq-ts/protocol'
import type { RemotingRequest } from '@rocketmq-ts/remoting'
import type { MessageBatchToStore, MessageToStore, PutListener, PutMessageResult } from '@rocketmq-ts/store'
import type { PutMessage, SendReplies } from './send-replies'

const NO_PAIRS = Buffer.alloc(0)

/**
 * A message or a batch on its way from a producer to the store, and the answer on its way back: one object per send.
 * Its body is the frame's; the rules of sending set the rest before it is put.
 */
export class IncomingMessage implements MessageToStore, MessageBatchToStore, PutListener, PutMessage {
  topic: string
  queueId: number
  sentQueueId: number
  transactionId: string | null = null
  batchUniqId: string | null = null
  preparedFor: string | null = null
  recallHandle: string | null = null
  sysFlag: number
  properties: Buffer
  addedProperties: Buffer
  tagsCode = 0
  waitStoreMessageOk = true
  readonly flag: number
  readonly bornTimestamp: number
  readonly bornHost: Buffer
  readonly reconsumeTimes: number
  readonly preparedTransactionOffset = 0

  constructor(
    private readonly request: RemotingRequest,
    header: SendMessageHeader,
    readonly body: Buffer,
    private readonly replies: SendReplies,
  ) {
    this.topic = header.topic
    this.queueId = header.queueId
    this.sentQueueId = header.queueId
    this.sysFlag = header.sysFlag
    this.properties = header.properties
    this.addedProperties = NO_PAIRS
    this.flag = header.flag
    this.bornTimestamp = header.bornTimestamp
    this.bornHost = request.channel.remoteHost
    this.reconsumeTimes = header.reconsumeTimes
  }

  onPut(result: PutMessageResult): void {
    this.request.reply(this.replies.put(this, result))
  }
}
