import type { IncomingHttpHeaders, Http2Session } from 'node:http2'
import type { Clock } from '@rocketmq-ts/base'
import { peerOf } from '@rocketmq-ts/remoting'
import type { CallContext } from '../call-context'
import { timeoutMsOf } from '../timeouts'
import type { DirectCall } from './direct-call'

/** Makes the contexts of calls: what they have in common with others of their connection is found once. */
export class DirectCallContexts {
  private readonly remoteAddresses = new WeakMap<Http2Session, string>()

  constructor(private readonly clock: Pick<Clock, 'nowMs'>) {}

  of(call: DirectCall): CallContext {
    return new DirectCallContext(call, this.remoteAddressOf(call.session), this.clock)
  }

  private remoteAddressOf(session: DirectCall['session']): string {
    const known = session === undefined ? '' : this.remoteAddresses.get(session)
    if (session === undefined || known !== undefined) return known ?? ''
    const { remoteAddress: host = '', remotePort: port = 0 } = session.socket
    const { remoteAddress } = peerOf(host, port)
    this.remoteAddresses.set(session, remoteAddress)
    return remoteAddress
  }
}

class DirectCallContext implements CallContext {
  readonly clientId: string
  private readonly sinceMs: number

  constructor(
    private readonly call: DirectCall,
    readonly remoteAddress: string,
    private readonly clock: Pick<Clock, 'nowMs'>,
  ) {
    this.clientId = textOf(call.headers, 'x-mq-client-id')
    this.sinceMs = clock.nowMs()
  }

  get language(): string {
    return textOf(this.call.headers, 'x-mq-language')
  }

  get clientVersion(): string {
    return textOf(this.call.headers, 'x-mq-client-version')
  }

  remainingMs(): number {
    const timeoutMs = timeoutMsOf(this.call.headers)
    return timeoutMs === null ? Infinity : this.sinceMs + timeoutMs - this.clock.nowMs()
  }

  isCancelled(): boolean {
    return this.call.isCancelled || this.remainingMs() <= 0
  }
}

function textOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name]
  return typeof value === 'string' ? value : ''
}
