import { Client, credentials, Metadata } from '@grpc/grpc-js'
import type { ChannelCredentials, ClientDuplexStream } from '@grpc/grpc-js'
import { inOrder, nodeDisk, silentLog, systemClock } from '@rocketmq-ts/base'
import { adminService, messagingService } from '@rocketmq-ts/protocol/grpc'
import type { AdminMethodName, MessagingMethodName, v2 } from '@rocketmq-ts/protocol/grpc'
import { createGrpcFace } from '../../src/grpc/create-grpc-face'
import type { GrpcFace, GrpcFaceDeps } from '../../src/grpc/create-grpc-face'
import { proxySchemas } from '../../src/load-proxy-config'
import { RequestCounts } from '../../src/metrics/request-counts'
import type { ProxyServiceConfig } from '../../src/load-proxy-config'
import { LocalBrokers } from '../../src/messaging/local-brokers'
import { createMessaging } from '../../src/messaging/messaging'
import { createSharedState } from '../../src/shared-state/shared-state'
import { FakeBroker } from './fake-broker'

/** What a method is asked with, as it is written. */
export type Asking<Name extends MessagingMethodName> = Parameters<
  (typeof messagingService)[Name]['requestSerialize']
>[0]
/** What it answers with, as it was read. */
export type Answer<Name extends MessagingMethodName> = ReturnType<
  (typeof messagingService)[Name]['responseDeserialize']
>
export type AdminAsking<Name extends AdminMethodName> = Parameters<(typeof adminService)[Name]['requestSerialize']>[0]
export type AdminAnswer<Name extends AdminMethodName> = ReturnType<(typeof adminService)[Name]['responseDeserialize']>
export type Telemetry = ClientDuplexStream<v2.TelemetryCommand.$Properties, v2.TelemetryCommand>

export function proxyConfigOf(changes: Partial<ProxyServiceConfig> = {}): ProxyServiceConfig {
  const defaults = Object.assign({}, ...proxySchemas.map(schema => schema.parse({}))) as ProxyServiceConfig
  return { ...defaults, bindAddress: '127.0.0.1', grpcServerPort: 0, enableTopicMessageTypeCheck: false, ...changes }
}

/** Call once at the top of a test file: faces and clients are ended after each test. */
export function useGrpcFaces() {
  const ending: (() => Promise<void> | void)[] = []
  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) await end()
  })
  return {
    async face(changes: Partial<ProxyServiceConfig> = {}, more: Partial<GrpcFaceDeps> = {}): Promise<TestedFace> {
      const broker = new FakeBroker()
      const config = proxyConfigOf(changes)
      const deps = {
        clock: systemClock,
        disk: nodeDisk,
        log: silentLog,
        mayListenElsewhere: false,
        changeLogLevel: () => undefined,
        authenticator: null,
        grpcRequests: new RequestCounts(),
        shared: createSharedState(config, { clock: systemClock, log: silentLog }),
        ...more,
      }
      const brokers = new LocalBrokers(broker, deps)
      const limits = { freshMsMax: 1000, ageMsMax: 1000, countMax: 1000 }
      const metadata = { topics: limits, groups: limits }
      const messaging = createMessaging(
        { ...config, metadata, batchesAcks: () => config.enableBatchAck },
        { ...deps, brokers },
      )
      const face = createGrpcFace(config, { ...deps, messaging })
      const parts = inOrder([face.calls, brokers, face.clients, face.listener])
      ending.push(() => parts.stop())
      await parts.start()
      return { face, broker, stop: () => parts.stop() }
    },
    client(address: string, given: { credentials?: ChannelCredentials; options?: object } = {}): TestedClient {
      const client = new TestedClient(address, given)
      ending.push(() => client.close())
      return client
    },
  }
}

export interface TestedFace {
  readonly face: GrpcFace
  readonly broker: FakeBroker
  readonly stop: () => Promise<void>
}

/** A client that calls any method with anything. */
export class TestedClient {
  private readonly client: Client

  constructor(address: string, given: { readonly credentials?: ChannelCredentials; readonly options?: object }) {
    // Of its own: clients of one process share connections otherwise.
    const options = { 'grpc.use_local_subchannel_pool': 1, ...given.options }
    this.client = new Client(address, given.credentials ?? credentials.createInsecure(), options)
  }

  call<Name extends MessagingMethodName>(
    name: Name,
    request: Asking<Name>,
    headers: Readonly<Record<string, string>> = { 'x-mq-client-id': 'client' },
  ): Promise<Answer<Name>> {
    const { path, requestSerialize, responseDeserialize } = messagingService[name]
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(
        path,
        requestSerialize as (value: unknown) => Buffer,
        responseDeserialize as (bytes: Buffer) => Answer<Name>,
        request,
        metadataOf(headers),
        (error, answer) => (error === null ? resolve(answer as Answer<Name>) : reject(error)),
      )
    })
  }

  administer<Name extends AdminMethodName>(name: Name, request: AdminAsking<Name>): Promise<AdminAnswer<Name>> {
    const { path, requestSerialize, responseDeserialize } = adminService[name]
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(
        path,
        requestSerialize as (value: unknown) => Buffer,
        responseDeserialize as (bytes: Buffer) => AdminAnswer<Name>,
        request,
        (error, answer) => (error === null ? resolve(answer as AdminAnswer<Name>) : reject(error)),
      )
    })
  }

  /** The elements of a stream. */
  async stream<Name extends MessagingMethodName>(
    name: Name,
    request: Asking<Name>,
    given: { readonly headers?: Readonly<Record<string, string>>; readonly deadlineMs?: number } = {},
  ): Promise<Answer<Name>[]> {
    const { path, requestSerialize, responseDeserialize } = messagingService[name]
    const call = this.client.makeServerStreamRequest(
      path,
      requestSerialize as (value: unknown) => Buffer,
      responseDeserialize as (bytes: Buffer) => Answer<Name>,
      request,
      metadataOf(given.headers ?? { 'x-mq-client-id': 'client' }),
      { deadline: Date.now() + (given.deadlineMs ?? 60_000) },
    )
    const elements: Answer<Name>[] = []
    for await (const element of call) elements.push(element as Answer<Name>)
    return elements
  }

  telemetry(headers: Readonly<Record<string, string>> = { 'x-mq-client-id': 'client' }): Telemetry {
    const { path, requestSerialize, responseDeserialize } = messagingService.Telemetry
    const call = this.client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadataOf(headers))
    call.on('error', () => undefined) // tests look at `status`
    return call
  }

  close(): void {
    this.client.close()
  }
}

function metadataOf(headers: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
  return metadata
}
