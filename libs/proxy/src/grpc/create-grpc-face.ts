import { inOrder } from '@rocketmq-ts/base'
import type { Clock, Component, Disk, Log } from '@rocketmq-ts/base'
import type { Authenticator } from '../authentication/authenticator'
import type { Messaging } from '../messaging/messaging'
import type { RequestCounts } from '../metrics/request-counts'
import type { ProxyConfig } from '../proxy-config'
import type { Receipt } from '../messaging/receipts'
import { Renewals } from '../receipt-handles/renewals'
import { ConnectedClients } from '../settings/connected-clients'
import { retryDelayMsOf } from '../settings/retry-delays'
import type { SharedState } from '../shared-state/shared-state'
import { GrpcListener } from './grpc-listener'
import type { GrpcListenerConfig } from './grpc-listener'
import { grpcMethods } from './grpc-methods'
import { GrpcServer } from './grpc-server'
import { guardCalls } from './guard-calls'
import { HealthService } from './health-service'
import { MessagingService } from './messaging-service'
import { relayPush } from './relay-push'

export interface GrpcFaceDeps {
  readonly messaging: Messaging
  readonly shared: Pick<SharedState, 'renewals'>
  readonly clock: Clock
  readonly disk: Pick<Disk, 'readText'>
  readonly log: Log
  readonly mayListenElsewhere: boolean
  /** Null: whoever calls is served. */
  readonly authenticator: Authenticator | null
  readonly grpcRequests: Pick<RequestCounts, 'count'>
}

/** What serves gRPC clients, in the parts that a stop ends one after the other. */
export interface GrpcFace {
  readonly calls: Component
  readonly clients: Component
  readonly listener: Component
  /** Messages that are kept hidden for clients. */
  readonly renewedMessages: number
  /** `ip:port`. Throws unless started. */
  readonly address: string
}

export function createGrpcFace(config: ProxyConfig & GrpcListenerConfig, deps: GrpcFaceDeps): GrpcFace {
  const { messaging } = deps
  const shared = deps.shared.renewals
  const clients = new ConnectedClients(config, { ...deps, shared, onPush: relayPush(deps) })
  const isConnected = (clientId: string): boolean => clients.find(clientId) !== null
  const retryDelayMs = async ({ group, topic }: Receipt, reconsumeTimes: number): Promise<number> =>
    retryDelayMsOf((await messaging.metadata.groupConfig(group, topic)).groupRetryPolicy, reconsumeTimes)
  const renewals = new Renewals(config, { ...deps, shared, receipts: messaging.receipts, isConnected, retryDelayMs })
  const rooms = { ...deps, ...messaging, config, clients, renewals }
  const messagingService = new MessagingService(grpcMethods(rooms), { ...deps, requests: deps.grpcRequests })
  const healthService = new HealthService(new Set(['apache.rocketmq.v2.MessagingService']))
  const { direct } = messagingService
  const guard = deps.authenticator === null ? null : guardCalls(deps.authenticator)
  const server = new GrpcServer(config, [messagingService, healthService], guard?.direct(direct) ?? direct, {
    ...deps,
    interceptors: guard === null ? [] : [guard.interceptor],
  })
  const listener = new GrpcListener(config, { ...deps, onConnection: socket => server.serve(socket) })
  return {
    calls: server,
    clients: inOrder([clients, renewals]),
    listener: {
      start: () => listener.start(),
      async stop() {
        await listener.stop()
        healthService.stopServing()
        await messagingService.sendClientsAway()
      },
    },
    get renewedMessages() {
      return renewals.count
    },
    get address() {
      return listener.address
    },
  }
}
