import { Metadata, ServerInterceptingCall, status as grpcStatus } from '@grpc/grpc-js'
import type { ServerInterceptor } from '@grpc/grpc-js'
import { messagingService } from '@rocketmq-ts/protocol/grpc'
import type { MessagingMethodName } from '@rocketmq-ts/protocol/grpc'
import type { AuthorizationHeaders, Authenticator } from '../authentication/authenticator'
import type { ServeMessage } from './direct/direct-call'
import type { DirectMethods } from './direct/take-calls'
import { statusOf } from './status'

const ROCKETMQ = /^\/apache\.rocketmq\.v2\.[A-Za-z]+\/([A-Za-z]+)$/
const HEALTH = '/grpc.health.v1.Health/'

export interface CallGuard {
  /** Of calls that grpc-js serves. */
  readonly interceptor: ServerInterceptor
  /** Of those that are served without it. */
  direct(methods: DirectMethods): DirectMethods
  /** Whether the caller of a call that lasts would be let in again, now. */
  readonly isStillKnown: (path: string, metadata: Metadata) => Promise<boolean>
}

/**
 * Calls of nobody known are refused: with a status in the answer, where clients of RocketMQ look for it, or as gRPC refuses.
 * Health is for whoever watches. Source: proxy/grpc/pipeline/AuthenticationPipeline.java
 */
export function guardCalls(authenticator: Authenticator): CallGuard {
  const isOpen = (path: string): boolean =>
    path.startsWith(HEALTH) || authenticator.whitelist.has(requestNameOf(methodOf(path) ?? ''))
  return {
    interceptor: ({ path }, call) =>
      isOpen(path) ? new ServerInterceptingCall(call) : guardedCall(path, call, authenticator),
    isStillKnown: async (path, metadata) => isOpen(path) || (await authenticator.isStillKnown(headersIn(metadata))),
    direct: methods =>
      new Map([...methods].map(([path, serve]) => [path, isOpen(path) ? serve : guarded(path, serve, authenticator)])),
  }
}

function guardedCall(
  path: string,
  call: Parameters<ServerInterceptor>[1],
  authenticator: Authenticator,
): ServerInterceptingCall {
  return new ServerInterceptingCall(call, {
    start(next) {
      next({
        onReceiveMetadata(metadata, proceed) {
          authenticator.authenticate(headersIn(metadata)).then(
            () => proceed(metadata),
            (error: unknown) => (methodOf(path) === null ? refuse(error) : answer(error)),
          )
        },
      })
    },
  })

  function refuse(error: unknown): void {
    call.sendStatus({ code: grpcStatus.UNAUTHENTICATED, details: statusOf(error).message ?? '' })
  }

  function answer(error: unknown): void {
    call.sendMetadata(new Metadata())
    call.sendMessage({ status: statusOf(error) }, () => call.sendStatus({ code: grpcStatus.OK, details: 'OK' }))
  }
}

function guarded(path: string, serve: ServeMessage, authenticator: Authenticator): ServeMessage {
  const { responseSerialize } = messagingService[methodOf(path) as MessagingMethodName]
  const refusal = responseSerialize as (answer: object) => Uint8Array
  return (message, call) => {
    authenticator.authenticate(headersOf(name => call.headers[name])).then(
      () => serve(message, call),
      (error: unknown) => call.answer(refusal({ status: statusOf(error) })),
    )
  }
}

/** Null: it is none of RocketMQ's. */
function methodOf(path: string): string | null {
  return ROCKETMQ.exec(path)?.[1] ?? null
}

/** As the whitelist of Java's configuration names it. */
function requestNameOf(method: string): string {
  return `apache.rocketmq.v2.${method === 'Telemetry' ? 'TelemetryCommand' : `${method}Request`}`
}

function headersIn(metadata: Metadata): AuthorizationHeaders {
  return headersOf(name => metadata.get(name)[0])
}

function headersOf(header: (name: string) => unknown): AuthorizationHeaders {
  const text = (name: string): string => {
    const value = header(name)
    return typeof value === 'string' ? value : ''
  }
  return { authorization: text('authorization'), dateTime: text('x-mq-date-time') }
}
