import type { AdminMethodName } from '@rocketmq-ts/protocol/grpc'
import type { AdminMethod } from './admin-method'
import { adminSendMessage } from './admin-send-message'
import type { AdminSendMessageDeps } from './admin-send-message'
import { changeLogLevel } from './change-log-level'
import type { ChangeLogLevelDeps } from './change-log-level'
import { deleteSubscription } from './delete-subscription'
import { describeGroupAccumulation } from './describe-group-accumulation'
import type { DescribeGroupAccumulationDeps } from './describe-group-accumulation'
import { describeSubscription } from './describe-subscription'
import type { DescribeSubscriptionDeps } from './describe-subscription'
import { describeTopicStatus } from './describe-topic-status'
import type { DescribeTopicStatusDeps } from './describe-topic-status'
import { getConsumerRunningInfo } from './get-consumer-running-info'
import type { GetConsumerRunningInfoDeps } from './get-consumer-running-info'
import { getProxyRuntimeStats } from './get-proxy-runtime-stats'
import type { GetProxyRuntimeStatsDeps } from './get-proxy-runtime-stats'
import { getTopicRoute } from './get-topic-route'
import { listConsumerConnection } from './list-consumer-connection'
import type { ListConsumerConnectionDeps } from './list-consumer-connection'
import { listSubscription } from './list-subscription'
import type { ListSubscriptionDeps } from './list-subscription'
import { printThreadStackTrace } from './print-thread-stack-trace'
import type { PrintThreadStackTraceDeps } from './print-thread-stack-trace'
import { queryMessage } from './query-message'
import type { QueryMessageDeps } from './query-message'
import { queryTimeSpan } from './query-time-span'
import type { QueryTimeSpanDeps } from './query-time-span'
import { resetGroupOffset } from './reset-group-offset'
import type { ResetGroupOffsetDeps } from './reset-group-offset'
import { verifyMessage } from './verify-message'
import type { VerifyMessageDeps } from './verify-message'

/** All methods of `apache.rocketmq.v2.Admin`. */
export type AdminMethods = { readonly [Name in AdminMethodName]: AdminMethod<Name> }

export type AdminRooms = AdminSendMessageDeps &
  ChangeLogLevelDeps &
  DescribeGroupAccumulationDeps &
  DescribeSubscriptionDeps &
  DescribeTopicStatusDeps &
  GetConsumerRunningInfoDeps &
  GetProxyRuntimeStatsDeps &
  ListConsumerConnectionDeps &
  ListSubscriptionDeps &
  PrintThreadStackTraceDeps &
  QueryMessageDeps &
  QueryTimeSpanDeps &
  ResetGroupOffsetDeps &
  VerifyMessageDeps

export function adminMethods(rooms: AdminRooms): AdminMethods {
  return {
    ChangeLogLevel: changeLogLevel(rooms),
    DescribeTopicStatus: describeTopicStatus(rooms),
    ListSubscription: listSubscription(rooms),
    DescribeSubscription: describeSubscription(rooms),
    DeleteSubscription: deleteSubscription(),
    DescribeGroupAccumulation: describeGroupAccumulation(rooms),
    ListConsumerConnection: listConsumerConnection(rooms),
    ResetGroupOffset: resetGroupOffset(rooms),
    QueryMessage: queryMessage(rooms),
    PrintThreadStackTrace: printThreadStackTrace(rooms),
    VerifyMessage: verifyMessage(rooms),
    AdminSendMessage: adminSendMessage(rooms),
    GetConsumerRunningInfo: getConsumerRunningInfo(rooms),
    GetTopicRoute: getTopicRoute(rooms),
    QueryTimeSpan: queryTimeSpan(rooms),
    GetProxyRuntimeStats: getProxyRuntimeStats(rooms),
  }
}

/** Answered, but by a refusal that says so. */
export const refusedAdminMethods: ReadonlySet<AdminMethodName> = new Set(['DeleteSubscription'])
