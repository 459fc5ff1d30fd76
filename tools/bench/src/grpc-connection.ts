import { once } from 'node:events'
import { connect, constants } from 'node:http2'
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2'
import { messagingService } from '@rocketmq-ts/protocol/grpc'
import type { MessagingMethodName, v2 } from '@rocketmq-ts/protocol/grpc'

/** What a method is asked with, and the elements of its answer. */
type Asking<Name extends MessagingMethodName> = Parameters<(typeof messagingService)[Name]['requestSerialize']>[0]
type Answer<Name extends MessagingMethodName> = ReturnType<(typeof messagingService)[Name]['responseDeserialize']>

const HEAD_SIZE = 5
const GRPC_OK = '0'
/** As every client sets one for its calls: some proxies derive from it how long they may wait. */
const CALL_DEADLINE = { 'grpc-timeout': '20S' }

/** A connection to a gRPC proxy on bare HTTP/2: a client of grpc-js costs more than the proxies that are measured. */
export class GrpcConnection {
  private telemetry: ClientHttp2Stream | null = null

  private constructor(
    private readonly session: ClientHttp2Session,
    private readonly clientId: string,
  ) {}

  static async open(address: string, clientId: string): Promise<GrpcConnection> {
    const session = connect(`http://${address}`)
    await once(session, 'connect')
    session.on('error', () => undefined) // its calls fail, too
    return new GrpcConnection(session, clientId)
  }

  /** Proxies serve consumers whose settings they know. Rejects when they are refused. */
  async tell(settings: v2.Settings.$Properties): Promise<void> {
    const { path, requestSerialize } = messagingService.Telemetry
    const telemetry = this.request(path)
    this.telemetry = telemetry
    telemetry.write(framed(requestSerialize({ settings })))
    await new Promise<void>((resolve, reject) => {
      telemetry.once('error', reject)
      telemetry.once('response', headers => {
        const refusal = headers['grpc-message']
        if (refusal !== undefined) reject(new Error(`the settings of a consumer are refused: ${String(refusal)}`))
      })
      telemetry.once('data', () => resolve())
    })
    telemetry.resume()
  }

  /** The elements of the answer. Rejects when the call fails; what the method refuses is in the answer. */
  call<Name extends MessagingMethodName>(name: Name, request: Asking<Name>): Promise<Answer<Name>[]> {
    const { path, requestSerialize, responseDeserialize } = messagingService[name]
    const stream = this.request(path, CALL_DEADLINE)
    stream.end(framed((requestSerialize as (value: unknown) => Buffer)(request)))
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let grpcStatus: unknown
      const noteStatus = (headers: IncomingHttpHeaders): void =>
        void (grpcStatus = headers['grpc-status'] ?? grpcStatus)
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.once('response', noteStatus)
      stream.once('trailers', noteStatus)
      stream.once('error', reject)
      stream.once('close', () => {
        if (grpcStatus === GRPC_OK) {
          resolve(elementsOf(Buffer.concat(chunks)).map(bytes => responseDeserialize(bytes) as Answer<Name>))
        } else {
          reject(new Error(`${name} ended with gRPC status ${String(grpcStatus)}`))
        }
      })
    })
  }

  async close(): Promise<void> {
    this.telemetry?.close(constants.NGHTTP2_CANCEL)
    const closed = once(this.session, 'close')
    this.session.close()
    await closed
  }

  private request(path: string, more: OutgoingHttpHeaders = {}): ClientHttp2Stream {
    return this.session.request({
      ...{ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' },
      ...{
        'x-mq-client-id': this.clientId,
        'x-mq-language': 'HTTP',
        'x-mq-client-version': '5.0.0',
        'x-mq-protocol': 'v2',
      },
      ...more,
    })
  }
}

function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD_SIZE)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

function elementsOf(bytes: Buffer): Buffer[] {
  const elements: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const end = at + HEAD_SIZE + bytes.readUInt32BE(at + 1)
    elements.push(bytes.subarray(at + HEAD_SIZE, end))
    at = end
  }
  return elements
}
