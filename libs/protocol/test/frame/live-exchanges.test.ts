import {
  decodeFrame,
  encodeFrame,
  encodeStoredMessage,
  IncomingCommand,
  lockBatchRequestJson,
  heartbeatDataJson,
  readMessageBatch,
  readPullMessageHeader,
  readSendMessageHeader,
  readStoredMessage,
  RemotingCommand,
  RemotingResponse,
  RequestCode,
  SerializeType,
  topicRouteDataJson,
} from '../../src'
import golden from '../golden/live-exchanges.json'

/** Requests to and answers of a running Java 5.5.0, as they were on the wire. */
interface Exchange {
  readonly name: string
  readonly code?: number
  readonly extFields?: Readonly<Record<string, string>> | null
  readonly requestBody?: Bytes
  readonly header: string
  readonly body?: Bytes
}
type Bytes = { readonly text?: string; readonly hex?: string }

const exchanges = (golden.exchanges as Exchange[]).map(exchange => [exchange.name, exchange] as const)

function bytesOf(bytes: Bytes | undefined): Buffer | null {
  if (bytes === undefined) return null
  return bytes.hex === undefined ? Buffer.from(bytes.text ?? '') : Buffer.from(bytes.hex, 'hex')
}

function frameOf({ header, body }: Exchange): Buffer {
  const parts = [Buffer.alloc(8), Buffer.from(header), bytesOf(body) ?? Buffer.alloc(0)]
  const frame = Buffer.concat(parts)
  frame.writeInt32BE(frame.length - 4, 0)
  frame.writeInt32BE(parts[1]!.length, 4)
  return frame
}

test.each(exchanges)('%s: the answer is written with the bytes of Java', (_, exchange) => {
  const frame = frameOf(exchange)
  const command = decodeFrame(frame)
  expect(encodeFrame(command, SerializeType.JSON).toString()).toBe(frame.toString())
  if (!command.isResponse) return
  const response = new RemotingResponse(command)
  const head = Buffer.alloc(response.headBytesMax())
  const end = response.writeHead(head, 0, command.opaque, SerializeType.JSON)
  expect(Buffer.concat([head.subarray(0, end), ...response.bodyParts]).toString()).toBe(frame.toString())
})

test('the one answer recorded as raw bytes is written with the same bytes', () => {
  const frame = Buffer.from(golden.sendResponseFrame, 'hex')
  expect(encodeFrame(decodeFrame(frame), SerializeType.JSON).toString('hex')).toBe(golden.sendResponseFrame)
})

const recordCodes: readonly number[] = [RequestCode.PULL_MESSAGE, RequestCode.QUERY_MESSAGE, RequestCode.POP_MESSAGE]
const withRecords = exchanges.filter(
  ([, { code, body }]) => body?.hex !== undefined && (code === undefined || recordCodes.includes(code)),
)

test.each(withRecords)('%s: its records read, and are written with the same bytes', (_, { body }) => {
  const bytes = bytesOf(body)!
  for (let at = 0; at < bytes.length;) {
    const message = readStoredMessage(bytes, at)
    expect(encodeStoredMessage(message, message).toString('hex')).toBe(
      bytes.toString('hex', at, at + message.recordBytes),
    )
    at += message.recordBytes
  }
})

const readers: Readonly<Record<number, (command: IncomingCommand) => unknown>> = {
  [RequestCode.SEND_MESSAGE]: readSendMessageHeader,
  [RequestCode.SEND_MESSAGE_V2]: readSendMessageHeader,
  [RequestCode.SEND_BATCH_MESSAGE]: command => [readSendMessageHeader(command), readMessageBatch(command.body!)],
  [RequestCode.PULL_MESSAGE]: readPullMessageHeader,
  [RequestCode.HEART_BEAT]: command => heartbeatDataJson.decode(command.body),
  [RequestCode.LOCK_BATCH_MQ]: command => lockBatchRequestJson.decode(command.body),
}
const requests = exchanges.filter(([, { code }]) => code !== undefined && readers[code] !== undefined)

test.each(requests)('%s: the request is understood', (_, { code, extFields, requestBody }) => {
  const request = RemotingCommand.request(code!, extFields ?? null, bytesOf(requestBody))
  for (const serializeType of [SerializeType.JSON, SerializeType.ROCKETMQ]) {
    expect(readers[code!]!(IncomingCommand.read(encodeFrame(request, serializeType)))).toBeTruthy()
  }
})

test('a route is written in both forms as Java writes them', () => {
  const [standard, legacy] = exchanges
    .filter(([name]) => /^route, (client|older)/.test(name))
    .map(([, { body }]) => body!.text!)
  const route = topicRouteDataJson.decode(legacy!)
  expect(topicRouteDataJson.encode(route).toString()).toBe(legacy)
  expect(topicRouteDataJson.encode(route, { standard: true }).toString()).toBe(standard)
})
