import { inOrder } from '@rocketmq-ts/base'
import type { Clock, Component, Disk, Log } from '@rocketmq-ts/base'
import type { Authenticator } from '../authentication/authenticator'
import type { Messaging } from '../messaging/messaging'
import type { RequestCounts } from '../metrics/request-counts'
import type { ProxyConfig } from '../proxy-config'
import type { Receipt } from '../messaging/receipts'
import { UniqueIds } from '../messaging/unique-ids'
import { Renewals } from '../receipt-handles/renewals'
import { ClientQuestions } from '../settings/client-questions'
import { ConnectedClients } from '../settings/connected-clients'
import { retryDelayMsOf } from '../settings/retry-delays'
import type { SharedState } from '../shared-state/shared-state'
import { adminMethods } from './admin/admin-methods'
import { AdminService } from './admin/admin-service'
import type { ChangeLogLevelDeps } from './admin/change-log-level'
import { CallCounts } from './channelz/call-counts'
import { channelzService, FIRST_CONNECTION_ID } from './channelz/channelz-service'
import { GrpcListener } from './grpc-listener'
import type { GrpcListenerConfig } from './grpc-listener'
import { grpcMethods } from './grpc-methods'
import { GrpcServer } from './grpc-server'
import { guardCalls } from './guard-calls'
import { HealthService } from './health-service'
import { MessagingService } from './messaging-service'
import { serverReflection } from './reflection/server-reflection'
import { relayCall } from './relay-call'
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
  readonly changeLogLevel: ChangeLogLevelDeps['changeLogLevel']
}

/** What serves gRPC clients, in the parts that a stop ends one after the other. */
export interface GrpcFace {
  readonly calls: Component
  readonly clients: Component
  readonly listener: Component
  /** Messages that are kept hidden for clients. */
  readonly renewals: Pick<Renewals, 'add' | 'count' | 'take'>
  /** `ip:port`. Throws unless started. */
  readonly address: string
}

export function createGrpcFace(config: ProxyConfig & GrpcListenerConfig, deps: GrpcFaceDeps): GrpcFace {
  const { messaging } = deps
  const shared = deps.shared.renewals
  const questions = new ClientQuestions(config, deps)
  const onCall = relayCall({ ...deps, questions })
  const clients = new ConnectedClients(config, { ...deps, shared, onPush: relayPush(deps), onCall })
  const isConnected = (clientId: string): boolean => clients.find(clientId) !== null
  const retryDelayMs = async ({ group, topic }: Receipt, reconsumeTimes: number): Promise<number> =>
    retryDelayMsOf((await messaging.metadata.groupConfig(group, topic)).groupRetryPolicy, reconsumeTimes)
  const renewals = new Renewals(config, { ...deps, shared, receipts: messaging.receipts, isConnected, retryDelayMs })
  const rooms = { ...deps, ...messaging, config, clients, questions, renewals }
  const messagingService = new MessagingService(grpcMethods(rooms), { ...deps, requests: deps.grpcRequests })
  const ids = new UniqueIds(deps.clock)
  const adminRooms = { ...rooms, nextId: () => ids.next(), connectionCount: () => listener.connectionCount() }
  const adminService = new AdminService(adminMethods(adminRooms), { ...deps, config })
  const ofRocketmq = [messagingService, adminService]
  const healthService = new HealthService(new Set(ofRocketmq.map(({ name }) => name)))
  const counts = new CallCounts(FIRST_CONNECTION_ID, deps.clock)
  const channelz = channelzService({ ...deps, config, counts, listenAddress: () => listener.address })
  const described = [...ofRocketmq, healthService, channelz]
  const services = [...described, ...serverReflection({ ...deps, services: described.map(({ name }) => name) })]
  const methods = new Map(services.flatMap(service => [...service.methods]))
  const guard = deps.authenticator === null ? null : guardCalls(deps.authenticator)
  if (guard !== null) deps.authenticator?.onChange(() => void messagingService.lookAgain(guard.isStillKnown))
  const server = new GrpcServer(config, guard?.guarded(methods) ?? methods, { ...deps, counts })
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
    renewals,
    get address() {
      return listener.address
    },
  }
}
