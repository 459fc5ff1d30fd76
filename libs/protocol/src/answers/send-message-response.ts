import {
  FieldName,
  FixedFields,
  numberFieldBytesMax,
  RESPONSE_HEAD_BYTES_MAX,
  ResponseHead,
  textBytesMax,
  textFieldBytesMax,
} from '../frame/response-head'
import type { OutgoingResponse } from '../outgoing-response'

/** Where a message went, as its producer is told. */
export interface SentMessage {
  /** Of the queue it went to. */
  readonly queueId: number
  /** Number of the message (of the first one of a batch) in its queue. */
  readonly queueOffset: number
  /** Of this broker: 4 or 16 address bytes, then the port as int32. */
  readonly storeHost: Buffer
  /** Where its record begins. */
  readonly physicalOffset: number
  /** Of a batch: where each record begins. Empty for a single message. */
  readonly physicalOffsets: readonly number[]
  /** The message's UNIQ_KEY. */
  readonly transactionId: string | null
  readonly batchUniqId: string | null
  readonly recallHandle: string | null
}

export interface SendMessageResponseParts {
  readonly code: number
  readonly remark: string | null
  /** From `sendMessageOrigin`. */
  readonly origin: FixedFields
  /** Null when nothing was stored. */
  readonly sent: SentMessage | null
}

/** The two fields that clients look for in every answer to a send, refused or not. */
export function sendMessageOrigin(broker: { readonly regionId: string; readonly traceOn: boolean }): FixedFields {
  return new FixedFields({ TRACE_ON: String(broker.traceOn), MSG_REGION: broker.regionId })
}

const QUEUE_ID = new FieldName('queueId')
const TRANSACTION_ID = new FieldName('transactionId')
const MSG_ID = new FieldName('msgId')
const QUEUE_OFFSET = new FieldName('queueOffset')
const BATCH_UNIQ_ID = new FieldName('batchUniqId')
const RECALL_HANDLE = new FieldName('recallHandle')
const SENT_BYTES_MAX = numberFieldBytesMax(QUEUE_ID) + numberFieldBytesMax(QUEUE_OFFSET) + textFieldBytesMax(MSG_ID, '')
/** In hex, of an IPv6 host, with the comma. */
const MESSAGE_ID_BYTES_MAX = 57
const COMMA = 0x2c
const NO_PARTS: readonly Buffer[] = []

/** Answers SEND_MESSAGE, SEND_MESSAGE_V2 and SEND_BATCH_MESSAGE. Source: SendMessageResponseHeader.java. */
export class SendMessageResponse implements OutgoingResponse {
  readonly code: number
  readonly remark: string | null
  readonly sent: SentMessage | null
  readonly bodyBytes = 0
  readonly bodyParts = NO_PARTS
  private readonly origin: FixedFields

  constructor({ code, remark, origin, sent }: SendMessageResponseParts) {
    this.code = code
    this.remark = remark
    this.origin = origin
    this.sent = sent
  }

  headBytesMax(): number {
    const bytes = RESPONSE_HEAD_BYTES_MAX + textBytesMax(this.remark) + this.origin.json.length
    if (this.sent === null) return bytes
    const { physicalOffsets, transactionId, batchUniqId, recallHandle } = this.sent
    return (
      bytes +
      SENT_BYTES_MAX +
      (physicalOffsets.length + 1) * MESSAGE_ID_BYTES_MAX +
      (transactionId === null ? 0 : textFieldBytesMax(TRANSACTION_ID, transactionId)) +
      (batchUniqId === null ? 0 : textFieldBytesMax(BATCH_UNIQ_ID, batchUniqId)) +
      (recallHandle === null ? 0 : textFieldBytesMax(RECALL_HANDLE, recallHandle))
    )
  }

  writeHead(out: Buffer, at: number, opaque: number, serializeType: number): number {
    const head = new ResponseHead(out, at, serializeType)
    head.begin(this.code, opaque, this.remark, true)
    head.fixed(this.origin)
    if (this.sent !== null) writeSent(head, this.sent)
    return head.end(0)
  }

  release(): void {
    // There is no body to let go.
  }
}

function writeSent(head: ResponseHead, sent: SentMessage): void {
  head.number(QUEUE_ID, sent.queueId)
  head.number(QUEUE_OFFSET, sent.queueOffset)
  head.beginField(MSG_ID)
  if (sent.physicalOffsets.length === 0) writeMessageId(head, sent.storeHost, sent.physicalOffset)
  for (let index = 0; index < sent.physicalOffsets.length; index += 1) {
    if (index > 0) head.byte(COMMA)
    writeMessageId(head, sent.storeHost, sent.physicalOffsets[index] as number)
  }
  head.endField()
  if (sent.transactionId !== null) head.text(TRANSACTION_ID, sent.transactionId)
  if (sent.batchUniqId !== null) head.text(BATCH_UNIQ_ID, sent.batchUniqId)
  if (sent.recallHandle !== null) head.text(RECALL_HANDLE, sent.recallHandle)
}

function writeMessageId(head: ResponseHead, storeHost: Buffer, physicalOffset: number): void {
  head.hex(storeHost)
  head.hexInt64(physicalOffset)
}
