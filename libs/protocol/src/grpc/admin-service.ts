import { v2 } from './messages'
import { serviceMethod } from './service-method'
import type { MessageClasses, ServiceMethod } from './service-method'

function method<Request, RequestProperties, Response, ResponseProperties>(
  name: string,
  request: MessageClasses<Request, RequestProperties, Response, ResponseProperties>['request'],
  response: MessageClasses<Request, RequestProperties, Response, ResponseProperties>['response'],
): ServiceMethod<Request, RequestProperties, Response, ResponseProperties> {
  return serviceMethod(`/apache.rocketmq.v2.Admin/${name}`, 'unary', { request, response })
}

/** All methods of `apache.rocketmq.v2.Admin`. */
export const adminService = {
  ChangeLogLevel: method('ChangeLogLevel', v2.ChangeLogLevelRequest, v2.ChangeLogLevelResponse),
  DescribeTopicStatus: method('DescribeTopicStatus', v2.DescribeTopicStatusRequest, v2.DescribeTopicStatusResponse),
  ListSubscription: method('ListSubscription', v2.ListSubscriptionRequest, v2.ListSubscriptionResponse),
  DescribeSubscription: method('DescribeSubscription', v2.DescribeSubscriptionRequest, v2.DescribeSubscriptionResponse),
  DeleteSubscription: method('DeleteSubscription', v2.DeleteSubscriptionRequest, v2.DeleteSubscriptionResponse),
  DescribeGroupAccumulation: method(
    'DescribeGroupAccumulation',
    v2.DescribeGroupAccumulationRequest,
    v2.DescribeGroupAccumulationResponse,
  ),
  ListConsumerConnection: method(
    'ListConsumerConnection',
    v2.ListConsumerConnectionRequest,
    v2.ListConsumerConnectionResponse,
  ),
  ResetGroupOffset: method('ResetGroupOffset', v2.ResetGroupOffsetRequest, v2.ResetGroupOffsetResponse),
  QueryMessage: method('QueryMessage', v2.ListMessageRequest, v2.ListMessageResponse),
  PrintThreadStackTrace: method(
    'PrintThreadStackTrace',
    v2.PrintThreadStackTraceRequest,
    v2.PrintThreadStackTraceResponse,
  ),
  VerifyMessage: method('VerifyMessage', v2.VerifyMessageRequest, v2.VerifyMessageResponse),
  AdminSendMessage: method('AdminSendMessage', v2.AdminSendMessageRequest, v2.AdminSendMessageResponse),
  GetConsumerRunningInfo: method(
    'GetConsumerRunningInfo',
    v2.GetConsumerRunningInfoRequest,
    v2.GetConsumerRunningInfoResponse,
  ),
  GetTopicRoute: method('GetTopicRoute', v2.GetTopicRouteRequest, v2.GetTopicRouteResponse),
  QueryTimeSpan: method('QueryTimeSpan', v2.QueryTimeSpanRequest, v2.QueryTimeSpanResponse),
  GetProxyRuntimeStats: method('GetProxyRuntimeStats', v2.GetProxyRuntimeStatsRequest, v2.GetProxyRuntimeStatsResponse),
} as const

export type AdminMethodName = keyof typeof adminService
/** What a method is asked with, as it was read. */
export type AdminRequestOf<Name extends AdminMethodName> = ReturnType<(typeof adminService)[Name]['requestDeserialize']>
/** What a method answers with, as it is written. */
export type AdminResponseOf<Name extends AdminMethodName> = Parameters<
  (typeof adminService)[Name]['responseSerialize']
>[0]
