import { messagingService } from '@rocketmq-ts/protocol/grpc'
import type { MessagingMethodName } from '@rocketmq-ts/protocol/grpc'
import type { AuthorizationHeaders, Authenticator } from '../authentication/authenticator'
import type { GrpcCall } from './calls/grpc-call'
import { GrpcStatus } from './calls/grpc-status'
import type { MessageListener, Served, ServedMethods, ServeMessages } from './calls/served'
import type { HeaderList } from './http2/hpack/header-list'
import { statusOf } from './status'

const ROCKETMQ = /^\/apache\.rocketmq\.v2\.[A-Za-z]+\/([A-Za-z]+)$/
const HEALTH = '/grpc.health.v1.Health/'

export interface CallGuard {
  /** The same methods, for those who are known. */
  guarded(methods: ServedMethods): ServedMethods
  /** Whether the caller of a call that lasts would be let in again, now. */
  readonly isStillKnown: (path: string, headers: HeaderList) => Promise<boolean>
}

/**
 * Calls of nobody known are refused: with a status in the answer, where clients of RocketMQ look for it, or as gRPC refuses.
 * Health is for whoever watches. Source: proxy/grpc/pipeline/AuthenticationPipeline.java
 */
export function guardCalls(authenticator: Authenticator): CallGuard {
  const isOpen = (path: string): boolean =>
    path.startsWith(HEALTH) || authenticator.whitelist.has(requestNameOf(methodOf(path) ?? ''))
  return {
    isStillKnown: async (path, headers) => isOpen(path) || (await authenticator.isStillKnown(authorizationIn(headers))),
    guarded: methods =>
      new Map(
        [...methods].map(([path, served]) => [path, isOpen(path) ? served : guarded(path, served, authenticator)]),
      ),
  }
}

function guarded(path: string, served: Served, authenticator: Authenticator): Served {
  const knows = (call: GrpcCall): Promise<string> => authenticator.authenticate(authorizationIn(call.headers))
  const refuse = refusalOf(path)
  if ('messages' in served) return { messages: call => new GuardedMessages(call, served.messages, knows(call), refuse) }
  return {
    message(message, call) {
      knows(call).then(
        () => served.message(message, call),
        (error: unknown) => refuse(call, error),
      )
    },
  }
}

type Refuse = (call: GrpcCall, error: unknown) => void

function refusalOf(path: string): Refuse {
  const method = methodOf(path)
  if (method === null) return (call, error) => call.refuse(GrpcStatus.UNAUTHENTICATED, statusOf(error).message ?? '')
  const codec = messagingService[method as MessagingMethodName] as (typeof messagingService)['QueryRoute'] | undefined
  const serialize = (codec ?? messagingService.QueryRoute).responseSerialize
  return (call, error) => call.answer(serialize({ status: statusOf(error) }))
}

/** Messages wait until it is known who sends them. */
class GuardedMessages implements MessageListener {
  private listener: MessageListener | null = null
  private waiting: ((listener: MessageListener) => void)[] = []

  constructor(call: GrpcCall, serve: ServeMessages, known: Promise<string>, refuse: Refuse) {
    call.pause()
    known.then(
      () => {
        if (call.isCancelled) return
        const listener = serve(call)
        for (const act of this.waiting) act(listener)
        this.listener = listener
        this.waiting = []
        call.resume()
      },
      (error: unknown) => refuse(call, error),
    )
  }

  onMessage(message: Buffer): void {
    this.tell(listener => listener.onMessage(message))
  }

  onEnd(): void {
    this.tell(listener => listener.onEnd())
  }

  onClose(): void {
    this.tell(listener => listener.onClose())
  }

  private tell(act: (listener: MessageListener) => void): void {
    if (this.listener === null) this.waiting.push(act)
    else act(this.listener)
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

function authorizationIn(headers: HeaderList): AuthorizationHeaders {
  return { authorization: headers.get('authorization') ?? '', dateTime: headers.get('x-mq-date-time') ?? '' }
}
