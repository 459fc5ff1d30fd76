import type { Clock } from '@rocketmq-ts/base'
import { timeoutMsOf } from '../timeouts'
import type { CallContext } from './call-context'
import type { GrpcCall } from './grpc-call'

/** Who calls, from the headers of the call. */
export function contextOf(call: GrpcCall, clock: Pick<Clock, 'nowMs'>): CallContext {
  return new GrpcCallContext(call, clock)
}

class GrpcCallContext implements CallContext {
  readonly clientId: string
  private readonly sinceMs: number

  constructor(
    private readonly call: GrpcCall,
    private readonly clock: Pick<Clock, 'nowMs'>,
  ) {
    this.clientId = call.headers.get('x-mq-client-id') ?? ''
    this.sinceMs = clock.nowMs()
  }

  get remoteAddress(): string {
    return this.call.connection.remoteAddress
  }

  get language(): string {
    return this.call.headers.get('x-mq-language') ?? ''
  }

  get clientVersion(): string {
    return this.call.headers.get('x-mq-client-version') ?? ''
  }

  remainingMs(): number {
    const timeoutMs = timeoutMsOf(this.call.headers.get('grpc-timeout'))
    return timeoutMs === null ? Infinity : this.sinceMs + timeoutMs - this.clock.nowMs()
  }

  isCancelled(): boolean {
    return this.call.isCancelled || this.remainingMs() <= 0
  }
}
