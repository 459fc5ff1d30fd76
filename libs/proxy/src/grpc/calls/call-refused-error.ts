import { PeerError } from '@rocketmq-ts/base'
import type { GrpcStatus } from './grpc-status'

/** A call that is no call of gRPC as it should be: it ends with this status, its connection stays. */
export class CallRefusedError extends PeerError {
  override readonly code = 'RMQ_GRPC_CALL_REFUSED'

  constructor(
    readonly status: GrpcStatus,
    text: string,
  ) {
    super(text)
  }
}
