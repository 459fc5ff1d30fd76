import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import cors from '@fastify/cors'
import { fastify } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { ProxyGauges } from '../metrics/request-counts'
import type { ProxyConfig } from '../proxy-config'
import { authenticateRequests } from './authenticate-requests'
import { acceptIdempotencyKeys } from './answer-once'
import { readEventBodies } from './cloud-events'
import { countRequests } from './count-requests'
import { describeApi } from './describe-api'
import { packAnswers, unpackBodies } from './encodings'
import type { HttpRooms, HttpRoutes } from './http-rooms'
import { limitRequests } from './limit-requests'
import { acceptNamespaces, withoutPrefix } from './namespaces/accept-namespaces'
import { answerProblems } from './problems'
import { readRawBodies } from './raw-bodies'
import { deadLetterQueueRoutes } from './routes/dead-letter-queue'
import { deadLetterRoutes } from './routes/dead-letters'
import { documentationRoutes } from './routes/documentation'
import { liteSubscriptionRoutes } from './routes/lite-subscriptions'
import { messageRoutes } from './routes/messages'
import { metricsRoutes } from './routes/metrics'
import { offsetRoutes } from './routes/offsets'
import { operationRoutes } from './routes/operations'
import { queueRoutes } from './routes/queues'
import { receiptRoutes } from './routes/receipts'
import { receiveRoutes } from './routes/receive'
import { sendRoutes } from './routes/send'
import { groupRoutes } from './routes/groups'
import { recallRoutes } from './routes/recalls'
import { redriveRoutes } from './routes/redrives'
import { topicRoutes } from './routes/topics'
import { transactionCheckRoutes } from './routes/transaction-checks'
import { transactionRoutes } from './routes/transactions'
import { sendSecurityHeaders } from './security-headers'
import { readLines } from './send-lines'
import { shedLoad } from './shed-load'
import { TransactionChecks } from './transaction-checks'
import { acceptSockets, socketRoutes } from './streams/socket-routes'
import { streamRoutes } from './streams/stream-routes'
import { Streams } from './streams/streams'
import { UniqueIds } from '../messaging/unique-ids'
import { answerUnreadableUrls } from './unreadable-urls'
import type { Upgrade } from './upgrades'
import { limitWaits } from './waits'

/** What the rooms of the API are made of. */
export type HttpAppDeps = Pick<
  HttpRooms,
  'authenticator' | 'clock' | 'isServing' | 'log' | 'messaging' | 'renewals' | 'shared' | 'stopping'
> &
  CountedElsewhere

/** What answers the requests of one port. */
export interface HttpApp {
  serve(request: IncomingMessage, response: ServerResponse): void
  /** Of a connection that is to become a WebSocket. */
  readonly upgrade: Upgrade
  /** Streams end: their clients are told to come again. */
  endStreams(): Promise<void>
  close(): Promise<void>
}

const REQUEST_ID = /^[\x21-\x7e]{1,128}$/
const PATH_PART_CHARS_MAX = 2048

const routeGroups = [
  ...[sendRoutes, recallRoutes, transactionRoutes, transactionCheckRoutes],
  liteSubscriptionRoutes,
  ...[receiveRoutes, receiptRoutes, deadLetterRoutes, deadLetterQueueRoutes, redriveRoutes, streamRoutes, socketRoutes],
  ...[queueRoutes, messageRoutes, topicRoutes, groupRoutes, offsetRoutes],
  ...[operationRoutes, metricsRoutes, documentationRoutes],
]

/** What others count, and `/metrics` shows. */
export type CountedElsewhere = Pick<ProxyGauges, 'grpcRequests' | 'httpRequests' | 'renewedMessages'>

/** The HTTP API: one group of routes a file, checked by the schemas that also describe it. */
export async function createHttpApp(server: Server, config: ProxyConfig, deps: HttpAppDeps): Promise<HttpApp> {
  const handlers: HttpApp['serve'][] = []
  const app: HttpRoutes = fastify({
    bodyLimit: config.httpBodyBytesMax,
    genReqId: requestIdOf,
    rewriteUrl: ({ url = '' }) => withoutPrefix(url),
    frameworkErrors: answerUnreadableUrls(deps),
    routerOptions: { maxParamLength: PATH_PART_CHARS_MAX },
    requestTimeout: server.requestTimeout,
    keepAliveTimeout: server.keepAliveTimeout,
    serverFactory(handler) {
      handlers.push(handler)
      return server
    },
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  // Answers are checked by the compiler and the tests: at run time they are written as they are.
  app.setSerializerCompiler(() => value => JSON.stringify(value))
  sendSecurityHeaders(app)
  answerProblems(app, deps)
  unpackBodies(app, { bodyBytesMax: config.httpBodyBytesMax })
  packAnswers(app)
  readRawBodies(app)
  readLines(app)
  readEventBodies(app)
  acceptIdempotencyKeys(app)
  const httpInProgress = shedLoad(app, config)
  countRequests(app, deps.httpRequests)
  if (config.httpCorsOrigins !== '') await app.register(cors, { origin: config.httpCorsOrigins.split(/[\s,]+/) })
  if (config.httpRequestsPerMinuteMax > 0) {
    await limitRequests(app, config.httpRequestsPerMinuteMax, deps.shared.requestCounts)
  }
  const upgrade = await acceptSockets(app, config)
  authenticateRequests(app, deps.authenticator)
  acceptNamespaces(app)
  await describeApi(app)
  const streams = new Streams(config, deps.clock)
  deps.authenticator?.onChange(() => streams.track(streams.lookAgain()))
  const { messaging, waitCount } = limitWaits(deps.messaging, config)
  const rooms: HttpRooms = {
    ...{ ...deps, config, streams, messaging, uniqueIds: new UniqueIds(deps.clock) },
    transactionChecks: new TransactionChecks(deps),
    gauges: { ...deps, httpInProgress, streams: () => streams.openCount, waits: waitCount },
  }
  for (const routes of routeGroups) routes(app, rooms)
  await app.ready()
  return {
    serve(request, response) {
      for (const serve of handlers) serve(request, response) // fastify's one
    },
    upgrade,
    endStreams: () => streams.sendAway(),
    async close() {
      await streams.ended()
      await app.close()
    },
  }
}

/** The caller's own, so that its logs and ours can be laid side by side. */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
}
