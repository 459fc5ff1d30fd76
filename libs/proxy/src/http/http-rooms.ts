import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Clock, Log } from '@rocketmq-ts/base'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Authenticator } from '../authentication/authenticator'
import type { Messaging } from '../messaging/messaging'
import type { ProxyGauges } from '../metrics/request-counts'
import type { ProxyConfig } from '../proxy-config'
import type { Renewals } from '../receipt-handles/renewals'
import type { SharedState } from '../shared-state/shared-state'
import type { TransactionChecks } from './transaction-checks'
import type { Streams } from './streams/streams'
import type { UniqueIds } from '../messaging/unique-ids'

/** Where routes are added; a route's zod schemas are its types. */
export type HttpRoutes = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

/** What routes may use. */
export interface HttpRooms {
  readonly messaging: Messaging
  readonly config: ProxyConfig
  readonly clock: Clock
  readonly log: Log
  readonly shared: Pick<SharedState, 'idempotencyKeys' | 'problem' | 'requestCounts'>
  readonly uniqueIds: Pick<UniqueIds, 'next'>
  /** Of receipts whose messages are kept hidden until they are settled. */
  readonly renewals: () => Pick<Renewals, 'add' | 'take'>
  readonly transactionChecks: Pick<TransactionChecks, 'giveBack' | 'take'>
  /** Aborted at the beginning of a stop: what waits for something that may come ends. */
  readonly stopping: AbortSignal
  readonly streams: Streams
  readonly gauges: ProxyGauges
  /** Null: whoever calls is served. */
  readonly authenticator: Authenticator | null
  /** False from the beginning of a stop on. */
  readonly isServing: () => boolean
}
