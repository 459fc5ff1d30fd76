import type { AdminMethodName, AdminRequestOf, AdminResponseOf } from '@rocketmq-ts/protocol/grpc'
import type { CallContext } from '../calls/call-context'

/** A method for administrators. What it throws becomes the status of its answer. */
export type AdminMethod<Name extends AdminMethodName> = (
  request: AdminRequestOf<Name>,
  context: CallContext,
) => Promise<AdminResponseOf<Name>>
