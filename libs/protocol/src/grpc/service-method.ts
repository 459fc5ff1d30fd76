/** One kind of message to and from bytes, as generated. */
interface MessageClass<Message, Properties> {
  encode(message: Properties): { finish(): Uint8Array }
  decode(bytes: Uint8Array): Message
}

/** One method: where it is found, what goes each way, and how that is written. What gRPC servers and clients take. */
export interface ServiceMethod<Request, RequestProperties, Response, ResponseProperties> {
  readonly path: string
  readonly requestStream: boolean
  readonly responseStream: boolean
  readonly requestSerialize: (request: RequestProperties) => Buffer
  readonly requestDeserialize: (bytes: Buffer) => Request
  readonly responseSerialize: (response: ResponseProperties) => Buffer
  readonly responseDeserialize: (bytes: Buffer) => Response
}

export type MethodKind = 'unary' | 'server stream' | 'both streams'

export interface MessageClasses<Request, RequestProperties, Response, ResponseProperties> {
  readonly request: MessageClass<Request, RequestProperties>
  readonly response: MessageClass<Response, ResponseProperties>
}

/** `path` is `/SERVICE/METHOD`. */
export function serviceMethod<Request, RequestProperties, Response, ResponseProperties>(
  path: string,
  kind: MethodKind,
  { request, response }: MessageClasses<Request, RequestProperties, Response, ResponseProperties>,
): ServiceMethod<Request, RequestProperties, Response, ResponseProperties> {
  return {
    path,
    requestStream: kind === 'both streams',
    responseStream: kind !== 'unary',
    requestSerialize: value => bufferOf(request.encode(value).finish()),
    requestDeserialize: bytes => request.decode(bytes),
    responseSerialize: value => bufferOf(response.encode(value).finish()),
    responseDeserialize: bytes => response.decode(bytes),
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
