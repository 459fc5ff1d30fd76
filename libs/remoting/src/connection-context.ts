import type { Clock, Log } from '@rocketmq-ts/base'
import { SerializeType } from '@rocketmq-ts/protocol'
import { BlockPool } from './block-pool'
import { HeldBytes } from './held-bytes'
import type { OpenConnections } from './open-connections'
import type { CloseReason, RemotingConnection } from './remoting-connection'
import type { ConnectionLimits, RemotingConfig } from './remoting-config'
import type { RemotingStatistics } from './remoting-statistics'
import type { RequestHandler, RequestHandlers } from './request-handler'

/** What all connections of one server or client share. */
export interface ConnectionContext {
  readonly handlers: ReadonlyMap<number, RequestHandler>
  readonly limits: ConnectionLimits
  /** Of our own requests. */
  readonly serializeType: SerializeType
  readonly statistics: RemotingStatistics
  readonly held: HeldBytes
  readonly pool: BlockPool
  readonly clock: Pick<Clock, 'after' | 'endOfTurn' | 'monotonicMs'>
  readonly log: Log
  /** True while a graceful stop turns clients away. */
  readonly isGoingAway: boolean
  /** Called once, when the connection is gone. */
  onGone(connection: RemotingConnection, reason: CloseReason): void
}

/** As its owner sees it. */
export type ChangeableContext = ConnectionContext & { isGoingAway: boolean }

interface Given extends Pick<ConnectionContext, 'limits' | 'statistics' | 'clock' | 'log' | 'onGone'> {
  readonly handlers: RequestHandlers
  readonly config: RemotingConfig
  readonly connections: Pick<OpenConnections, 'closeHeaviest'>
}

export function createConnectionContext({ handlers, config, connections, ...given }: Given): ChangeableContext {
  const held: HeldBytes = new HeldBytes(config.heldBytesMax, {
    ...given,
    onOverfull: () => connections.closeHeaviest(held),
  })
  return {
    ...given,
    held,
    handlers: handlersByCode(handlers),
    serializeType: SerializeType[config['rocketmq.serialize.type']],
    pool: new BlockPool(),
    isGoingAway: false,
  }
}

/**
 * A binary header has 16 bits for the code: of POP_MESSAGE, 200050, 3442 is left, to which Java's servers say that they do
 * not know it. No code is like what is left of another one.
 */
function handlersByCode(handlers: RequestHandlers): ReadonlyMap<number, RequestHandler> {
  const byCode = new Map(Object.entries(handlers).map(([code, handler]) => [Number(code), handler]))
  for (const [code, handler] of [...byCode]) byCode.set((code << 16) >> 16, byCode.get((code << 16) >> 16) ?? handler)
  return byCode
}
