import {
  FieldName,
  numberFieldBytesMax,
  RESPONSE_HEAD_BYTES_MAX,
  ResponseHead,
  textBytesMax,
} from '../frame/response-head'
import type { OutgoingResponse } from '../outgoing-response'

/** What a consumer is told about the queue it pulls from. */
export interface PulledQueue {
  readonly suggestWhichBrokerId: number
  readonly nextBeginOffset: number
  readonly minOffset: number
  readonly maxOffset: number
  readonly topicSysFlag: number
  readonly groupSysFlag: number
}

/** The records that were found; borrowed until `release`. */
export interface PulledRecords {
  readonly parts: readonly Buffer[]
  readonly bodyBytes: number
  release(): void
}

export interface PullMessageResponseParts {
  readonly code: number
  /** The name of the store's status, as Java has it. */
  readonly remark: string
  readonly queue: PulledQueue
  /** Null when there are none. `GetMessageResult` of the store is one. */
  readonly records: PulledRecords | null
}

const SUGGEST_WHICH_BROKER_ID = new FieldName('suggestWhichBrokerId')
const GROUP_SYS_FLAG = new FieldName('groupSysFlag')
const NEXT_BEGIN_OFFSET = new FieldName('nextBeginOffset')
const MAX_OFFSET = new FieldName('maxOffset')
const MIN_OFFSET = new FieldName('minOffset')
const TOPIC_SYS_FLAG = new FieldName('topicSysFlag')
const FIELD_BYTES_MAX = [
  SUGGEST_WHICH_BROKER_ID,
  GROUP_SYS_FLAG,
  NEXT_BEGIN_OFFSET,
  MAX_OFFSET,
  MIN_OFFSET,
  TOPIC_SYS_FLAG,
].reduce((sum, name) => sum + numberFieldBytesMax(name), 0)
const NO_PARTS: readonly Buffer[] = []

/** Answers PULL_MESSAGE and LITE_PULL_MESSAGE once the queue was looked at. Source: PullMessageResponseHeader.java. */
export class PullMessageResponse implements OutgoingResponse {
  readonly code: number
  readonly remark: string
  readonly queue: PulledQueue
  readonly bodyBytes: number
  readonly bodyParts: readonly Buffer[]
  private readonly records: PulledRecords | null

  constructor({ code, remark, queue, records }: PullMessageResponseParts) {
    this.code = code
    this.remark = remark
    this.queue = queue
    this.records = records
    this.bodyBytes = records === null ? 0 : records.bodyBytes
    this.bodyParts = records === null ? NO_PARTS : records.parts
  }

  headBytesMax(): number {
    return RESPONSE_HEAD_BYTES_MAX + FIELD_BYTES_MAX + textBytesMax(this.remark)
  }

  writeHead(out: Buffer, at: number, opaque: number, serializeType: number): number {
    const { queue } = this
    const head = new ResponseHead(out, at, serializeType)
    head.begin(this.code, opaque, this.remark, true)
    head.number(SUGGEST_WHICH_BROKER_ID, queue.suggestWhichBrokerId)
    head.number(GROUP_SYS_FLAG, queue.groupSysFlag)
    head.number(NEXT_BEGIN_OFFSET, queue.nextBeginOffset)
    head.number(MAX_OFFSET, queue.maxOffset)
    head.number(MIN_OFFSET, queue.minOffset)
    head.number(TOPIC_SYS_FLAG, queue.topicSysFlag)
    return head.end(this.bodyBytes)
  }

  release(): void {
    this.records?.release()
  }
}
