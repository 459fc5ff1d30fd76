import type { MessagingMethodName } from '@rocketmq-ts/protocol/grpc'
import type { SendCommand } from '../settings/connected-clients'
import type { CallContext } from './calls/call-context'
import type { StreamMethod, UnaryMethod } from './method'
import { ackMessage } from './methods/ack-message'
import type { AckMessageDeps } from './methods/ack-message'
import { changeInvisibleDuration } from './methods/change-invisible-duration'
import type { ChangeInvisibleDurationDeps } from './methods/change-invisible-duration'
import { endTransaction } from './methods/end-transaction'
import { forwardMessageToDeadLetterQueue } from './methods/forward-message-to-dead-letter-queue'
import { getOffset } from './methods/get-offset'
import { heartbeat } from './methods/heartbeat'
import { notifyClientTermination } from './methods/notify-client-termination'
import { pullMessage } from './methods/pull-message'
import type { PullMessageDeps } from './methods/pull-message'
import { queryAssignment } from './methods/query-assignment'
import { queryOffset } from './methods/query-offset'
import type { QueryOffsetDeps } from './methods/query-offset'
import { queryRoute } from './methods/query-route'
import { recallMessage } from './methods/recall-message'
import { receiveMessage } from './methods/receive-message'
import type { ReceiveMessageDeps } from './methods/receive-message'
import { sendMessage } from './methods/send-message'
import type { SendMessageDeps } from './methods/send-message'
import { syncLiteSubscription } from './methods/sync-lite-subscription'
import type { SyncLiteSubscriptionDeps } from './methods/sync-lite-subscription'
import { telemetry } from './methods/telemetry'
import type { TelemetryDeps, TelemetrySession } from './methods/telemetry'
import { updateOffset } from './methods/update-offset'

export interface GrpcRooms extends AckMessageDeps {
  readonly messaging: SendMessageDeps['messaging'] &
    ReceiveMessageDeps['messaging'] &
    Parameters<typeof endTransaction>[0] &
    Parameters<typeof recallMessage>[0]
  readonly metadata: ReceiveMessageDeps['messaging']['metadata']
  readonly receipts: AckMessageDeps['receipts'] & ReceiveMessageDeps['messaging']['receipts']
  readonly queues: PullMessageDeps['queues'] &
    QueryOffsetDeps['queues'] &
    Parameters<typeof getOffset>[0]['queues'] &
    Parameters<typeof updateOffset>[0]['queues']
  readonly renewals: AckMessageDeps['renewals'] & ReceiveMessageDeps['renewals']
  readonly clients: TelemetryDeps['clients'] &
    ReceiveMessageDeps['clients'] &
    Parameters<typeof heartbeat>[0]['clients'] &
    Parameters<typeof notifyClientTermination>[0]['clients']
  readonly config: SendMessageDeps['config'] &
    ReceiveMessageDeps['config'] &
    TelemetryDeps['config'] &
    PullMessageDeps['config'] &
    ChangeInvisibleDurationDeps['config'] &
    SyncLiteSubscriptionDeps['config']
  readonly liteSubscriptions: SyncLiteSubscriptionDeps['liteSubscriptions']
  readonly questions: TelemetryDeps['questions']
  readonly log: ReceiveMessageDeps['log']
}

/** The whole of what is served; any other method is answered UNIMPLEMENTED. */
export interface GrpcMethods {
  readonly unary: { readonly [Name in MessagingMethodName]?: UnaryMethod<Name> }
  readonly streams: {
    readonly PullMessage: StreamMethod<'PullMessage'>
    readonly ReceiveMessage: StreamMethod<'ReceiveMessage'>
  }
  readonly telemetry: (context: CallContext, sendCommand: SendCommand) => TelemetrySession
}

export function grpcMethods(rooms: GrpcRooms): GrpcMethods {
  return {
    unary: {
      QueryRoute: queryRoute(rooms),
      QueryAssignment: queryAssignment(rooms),
      Heartbeat: heartbeat(rooms),
      NotifyClientTermination: notifyClientTermination(rooms),
      SendMessage: sendMessage(rooms),
      RecallMessage: recallMessage(rooms.messaging),
      EndTransaction: endTransaction(rooms.messaging),
      AckMessage: ackMessage(rooms),
      ChangeInvisibleDuration: changeInvisibleDuration(rooms),
      ForwardMessageToDeadLetterQueue: forwardMessageToDeadLetterQueue(rooms),
      UpdateOffset: updateOffset(rooms),
      GetOffset: getOffset(rooms),
      QueryOffset: queryOffset(rooms),
      SyncLiteSubscription: syncLiteSubscription(rooms),
    },
    streams: { PullMessage: pullMessage(rooms), ReceiveMessage: receiveMessage(rooms) },
    telemetry: telemetry(rooms),
  }
}
