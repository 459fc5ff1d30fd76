import type { Metadata } from '@grpc/grpc-js'
import type { Clock } from '@rocketmq-ts/base'
import { peerOf, readHostAndPort } from '@rocketmq-ts/remoting'
import type { CallContext } from './call-context'

/** The part of a call of grpc-js that says who calls. */
interface Call {
  readonly metadata: Metadata
  readonly cancelled: boolean
  getPeer(): string
  getDeadline(): Date | number
}

/** Who calls, from the headers. */
export function contextOf(call: Call, clock: Pick<Clock, 'nowMs'>): CallContext {
  const text = (name: string): string => {
    const [value] = call.metadata.get(name)
    return typeof value === 'string' ? value : ''
  }
  const deadline = call.getDeadline()
  const deadlineMs = typeof deadline === 'number' ? deadline : deadline.getTime()
  return {
    clientId: text('x-mq-client-id'),
    language: text('x-mq-language'),
    clientVersion: text('x-mq-client-version'),
    remoteAddress: peerAddressOf(call.getPeer()),
    remainingMs: () => deadlineMs - clock.nowMs(),
    isCancelled: () => call.cancelled,
  }
}

/** `ip:port`; grpc-js puts no brackets around IPv6. */
export function peerAddressOf(peer: string): string {
  const parts = readHostAndPort(peer)
  return parts === null ? peer : peerOf(parts.host, parts.port).remoteAddress
}
