import { v2 } from './messages'

/** One kind of message to and from bytes, as generated. */
interface MessageClass<Message, Properties> {
  encode(message: Properties): { finish(): Uint8Array }
  decode(bytes: Uint8Array): Message
}

/** One method: where it is found, what goes each way, and how that is written. What gRPC servers and clients take. */
export interface MessagingMethod<Request, RequestProperties, Response, ResponseProperties> {
  readonly path: string
  readonly requestStream: boolean
  readonly responseStream: boolean
  readonly requestSerialize: (request: RequestProperties) => Buffer
  readonly requestDeserialize: (bytes: Buffer) => Request
  readonly responseSerialize: (response: ResponseProperties) => Buffer
  readonly responseDeserialize: (bytes: Buffer) => Response
}

type Kind = 'unary' | 'server stream' | 'both streams'

function method<Request, RequestProperties, Response, ResponseProperties>(
  name: string,
  request: MessageClass<Request, RequestProperties>,
  response: MessageClass<Response, ResponseProperties>,
  kind: Kind = 'unary',
): MessagingMethod<Request, RequestProperties, Response, ResponseProperties> {
  return {
    path: `/apache.rocketmq.v2.MessagingService/${name}`,
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

/** All methods of `apache.rocketmq.v2.MessagingService`. */
export const messagingService = {
  QueryRoute: method('QueryRoute', v2.QueryRouteRequest, v2.QueryRouteResponse),
  Heartbeat: method('Heartbeat', v2.HeartbeatRequest, v2.HeartbeatResponse),
  SendMessage: method('SendMessage', v2.SendMessageRequest, v2.SendMessageResponse),
  QueryAssignment: method('QueryAssignment', v2.QueryAssignmentRequest, v2.QueryAssignmentResponse),
  ReceiveMessage: method('ReceiveMessage', v2.ReceiveMessageRequest, v2.ReceiveMessageResponse, 'server stream'),
  AckMessage: method('AckMessage', v2.AckMessageRequest, v2.AckMessageResponse),
  ForwardMessageToDeadLetterQueue: method(
    'ForwardMessageToDeadLetterQueue',
    v2.ForwardMessageToDeadLetterQueueRequest,
    v2.ForwardMessageToDeadLetterQueueResponse,
  ),
  PullMessage: method('PullMessage', v2.PullMessageRequest, v2.PullMessageResponse, 'server stream'),
  UpdateOffset: method('UpdateOffset', v2.UpdateOffsetRequest, v2.UpdateOffsetResponse),
  GetOffset: method('GetOffset', v2.GetOffsetRequest, v2.GetOffsetResponse),
  QueryOffset: method('QueryOffset', v2.QueryOffsetRequest, v2.QueryOffsetResponse),
  EndTransaction: method('EndTransaction', v2.EndTransactionRequest, v2.EndTransactionResponse),
  Telemetry: method('Telemetry', v2.TelemetryCommand, v2.TelemetryCommand, 'both streams'),
  NotifyClientTermination: method(
    'NotifyClientTermination',
    v2.NotifyClientTerminationRequest,
    v2.NotifyClientTerminationResponse,
  ),
  ChangeInvisibleDuration: method(
    'ChangeInvisibleDuration',
    v2.ChangeInvisibleDurationRequest,
    v2.ChangeInvisibleDurationResponse,
  ),
  RecallMessage: method('RecallMessage', v2.RecallMessageRequest, v2.RecallMessageResponse),
  SyncLiteSubscription: method('SyncLiteSubscription', v2.SyncLiteSubscriptionRequest, v2.SyncLiteSubscriptionResponse),
} as const

export type MessagingMethodName = keyof typeof messagingService
/** What a method is asked with, as it was read. */
export type RequestOf<Name extends MessagingMethodName> = ReturnType<
  (typeof messagingService)[Name]['requestDeserialize']
>
/** What a method answers with (a stream: one element), as it is written. */
export type ResponseOf<Name extends MessagingMethodName> = Parameters<
  (typeof messagingService)[Name]['responseSerialize']
>[0]
