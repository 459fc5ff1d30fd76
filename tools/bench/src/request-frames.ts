import { encodeFrame, RemotingCommand, RequestCode } from '@rocketmq-ts/protocol'

/** 0 JSON, 1 ROCKETMQ: how the headers of the requests are written. */
export type SerializeType = 0 | 1

/** What stands in a template where each request gets its own number: ten digits, so that every frame is equally long. */
const OPAQUE_MARK = 1_234_567_890
const KEY_MARK = '89ABCDEF'
const QUEUE_MARK = '@'
const TIME_MARK = '1111111111111'

/**
 * A request that is encoded once and then only copied and patched: a load generator must cost less than what it
 * measures. Every frame differs in its opaque, its unique key and its queue.
 */
export class RequestTemplate {
  private readonly timeAt: number
  private readonly opaqueAt: number
  private readonly keyAt: readonly number[]
  private readonly queueAt: number

  constructor(
    private readonly frame: Buffer,
    private readonly serializeType: SerializeType,
    /** Where the request names a time of delivery: it is one of these, spread evenly. */
    private readonly times: { readonly fromMs: number; readonly spanMs: number } | null = null,
  ) {
    this.timeAt = times === null ? -1 : frame.indexOf(TIME_MARK, 8, 'latin1')
    this.opaqueAt = serializeType === 1 ? 8 + 5 : frame.indexOf(String(OPAQUE_MARK), 8, 'latin1')
    this.keyAt = placesOf(frame, KEY_MARK)
    this.queueAt = frame.indexOf(QUEUE_MARK, 8, 'latin1')
  }

  get bytes(): number {
    return this.frame.length
  }

  /** Writes the request into `out` at `at`. `opaque` lies in 1_000_000_000 … 2_147_483_647, `queueId` in 0 … 9. */
  write(out: Buffer, at: number, opaque: number, queueId: number): void {
    out.set(this.frame, at)
    if (this.serializeType === 1) out.writeInt32BE(opaque, at + this.opaqueAt)
    else writeDigits(out, at + this.opaqueAt, opaque)
    for (let index = 0; index < this.keyAt.length; index += 1) {
      writeHex(out, at + (this.keyAt[index] as number), opaque + index)
    }
    if (this.queueAt >= 0) out[at + this.queueAt] = 48 + queueId
    if (this.times === null || this.timeAt < 0) return
    const { fromMs, spanMs } = this.times
    out.write(String(fromMs + ((opaque * TIME_STEP_MS) % spanMs)), at + this.timeAt, 'latin1')
  }
}

function placesOf(frame: Buffer, mark: string): number[] {
  const places: number[] = []
  for (let at = frame.indexOf(mark); at >= 0; at = frame.indexOf(mark, at + 1)) places.push(at)
  return places
}

function writeDigits(out: Buffer, at: number, value: number): void {
  let rest = value
  for (let place = at + 9; place >= at; place -= 1) {
    const tens = Math.floor(rest / 10)
    out[place] = 48 + (rest - tens * 10)
    rest = tens
  }
}

function writeHex(out: Buffer, at: number, value: number): void {
  for (let digit = 0; digit < 8; digit += 1) {
    const nibble = (value >>> (28 - digit * 4)) & 15
    out[at + digit] = nibble < 10 ? 48 + nibble : 55 + nibble
  }
}

export const PRODUCER_GROUP = 'bench_producer'
const TRANSACTION_PREPARED = '4'
/** A prime: times of requests that follow each other are far apart. */
const TIME_STEP_MS = 7919

function uniqueKeyProperties(): string {
  return `UNIQ_KEY\u00017F000001${'0'.repeat(16)}${KEY_MARK}\u0002WAIT\u0001true\u0002`
}

export interface SendShape {
  readonly topic: string
  readonly bodyBytes: number
  /** Messages of one request; 1 sends them singly. */
  readonly batchSize: number
  readonly queueCount: number
  readonly serializeType: SerializeType
}

/** SEND_MESSAGE_V2, or SEND_BATCH_MESSAGE when the shape asks for more than one message a request. */
export function sendTemplate(shape: SendShape): RequestTemplate {
  const properties = shape.batchSize > 1 ? 'WAIT\u0001true\u0002' : uniqueKeyProperties()
  return template(sendRequest(shape, properties), shape.serializeType)
}

function sendRequest(shape: SendShape, properties: string, sysFlag = '0'): RemotingCommand {
  const isBatch = shape.batchSize > 1
  const body = Buffer.alloc(shape.bodyBytes, 'rocketmq-ts')
  const header = {
    a: PRODUCER_GROUP,
    b: shape.topic,
    c: 'TBW102',
    d: String(shape.queueCount),
    e: QUEUE_MARK,
    f: sysFlag,
    g: String(Date.now()),
    h: '0',
    i: properties,
    j: '0',
    k: 'false',
    m: String(isBatch),
  }
  return RemotingCommand.request(
    isBatch ? RequestCode.SEND_BATCH_MESSAGE : RequestCode.SEND_MESSAGE_V2,
    header,
    isBatch ? batchBody(body, shape.batchSize) : body,
  )
}

/** SEND_MESSAGE_V2 of half messages. */
export function halfTemplate(shape: Omit<SendShape, 'batchSize'>): RequestTemplate {
  const properties = `${uniqueKeyProperties()}TRAN_MSG\u0001true\u0002PGROUP\u0001${PRODUCER_GROUP}\u0002`
  return template(sendRequest({ ...shape, batchSize: 1 }, properties, TRANSACTION_PREPARED), shape.serializeType)
}

export interface TimedSendShape extends Pick<SendShape, 'topic' | 'bodyBytes' | 'queueCount'> {
  readonly fromMs: number
  readonly spanMs: number
}

/** SEND_MESSAGE_V2 of messages for times in a span. */
export function timedSendTemplate({ fromMs, spanMs, ...shape }: TimedSendShape): RequestTemplate {
  const properties = `${uniqueKeyProperties()}TIMER_DELIVER_MS\u0001${TIME_MARK}\u0002`
  const request = sendRequest({ ...shape, batchSize: 1, serializeType: 1 }, properties)
  request.opaque = OPAQUE_MARK
  return new RequestTemplate(encodeFrame(request, 1), 1, { fromMs, spanMs })
}

/** GET_ROUTEINFO_BY_TOPIC. */
export function routeTemplate(topic: string, serializeType: SerializeType): RequestTemplate {
  return template(RemotingCommand.request(RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic }), serializeType)
}

export interface PullShape {
  readonly group: string
  readonly topic: string
  readonly queueId: number
  readonly queueOffset: number
  readonly messageCountMax: number
  /** How long the broker may hold the request; 0 asks for an answer at once. */
  readonly suspendTimeoutMs: number
  readonly serializeType: SerializeType
}

/** PULL_MESSAGE with the subscription in the header, so that no heartbeat is needed. */
export function pullFrame(shape: PullShape, opaque: number): Buffer {
  const request = RemotingCommand.request(RequestCode.PULL_MESSAGE, {
    consumerGroup: shape.group,
    topic: shape.topic,
    queueId: String(shape.queueId),
    queueOffset: String(shape.queueOffset),
    maxMsgNums: String(shape.messageCountMax),
    sysFlag: shape.suspendTimeoutMs > 0 ? '6' : '4',
    commitOffset: '0',
    suspendTimeoutMillis: String(shape.suspendTimeoutMs),
    subscription: '*',
    subVersion: '0',
    expressionType: 'TAG',
  })
  request.opaque = opaque
  return encodeFrame(request, shape.serializeType)
}

function template(request: RemotingCommand, serializeType: SerializeType): RequestTemplate {
  request.opaque = OPAQUE_MARK
  return new RequestTemplate(encodeFrame(request, serializeType), serializeType)
}

/** The client's batch layout: size, magic, crc, flag, body with its length, properties with theirs; no count. */
function batchBody(body: Buffer, count: number): Buffer {
  const properties = Buffer.from(uniqueKeyProperties())
  const itemBytes = 4 + 4 + 4 + 4 + 4 + body.length + 2 + properties.length
  const item = Buffer.alloc(itemBytes)
  item.writeInt32BE(itemBytes, 0)
  item.writeInt32BE(body.length, 16)
  body.copy(item, 20)
  item.writeInt16BE(properties.length, 20 + body.length)
  properties.copy(item, 22 + body.length)
  return Buffer.concat(Array.from({ length: count }, () => item))
}
