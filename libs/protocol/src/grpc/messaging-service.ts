import { v2 } from './messages'
import { serviceMethod } from './service-method'
import type { MessageClasses, MethodKind, ServiceMethod } from './service-method'

function method<Request, RequestProperties, Response, ResponseProperties>(
  name: string,
  request: MessageClasses<Request, RequestProperties, Response, ResponseProperties>['request'],
  response: MessageClasses<Request, RequestProperties, Response, ResponseProperties>['response'],
  kind: MethodKind = 'unary',
): ServiceMethod<Request, RequestProperties, Response, ResponseProperties> {
  return serviceMethod(`/apache.rocketmq.v2.MessagingService/${name}`, kind, { request, response })
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
