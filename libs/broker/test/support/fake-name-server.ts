import { nodeDisk, silentLog, systemClock } from '@rocketmq-ts/base'
import {
  decodeRegisterBrokerBody,
  kvTableJson,
  readRegisterBrokerHeader,
  RemotingResponse,
  RequestCode,
  ResponseCode,
} from '@rocketmq-ts/protocol'
import type { RegisterBrokerBody, RegisterBrokerHeader } from '@rocketmq-ts/protocol'
import { remotingConfigSchema, RemotingServer } from '@rocketmq-ts/remoting'
import type { RemotingRequest, RequestHandler } from '@rocketmq-ts/remoting'

/** One REGISTER_BROKER as it arrived. */
export interface Registration {
  readonly header: RegisterBrokerHeader
  readonly body: RegisterBrokerBody
}

/** A NameServer that writes down what it is told and says what a test wants it to say. */
export class FakeNameServer {
  readonly registrations: Registration[] = []
  readonly codes: number[] = []
  readonly requests: RemotingRequest['command'][] = []
  /** Topics that it says are ordered. */
  orderedTopics: readonly string[] = []
  /** What QUERY_DATA_VERSION answers as `changed`. */
  changed = true
  /** Registrations are refused, as by a NameServer that does not know the broker. */
  refuses = false
  private server: RemotingServer | null = null
  private readonly waiting: { readonly isDone: () => boolean; readonly resolve: () => void }[] = []

  get address(): string {
    return `127.0.0.1:${this.server?.port ?? 0}`
  }

  async start(port = 0): Promise<void> {
    const config = remotingConfigSchema.parse({ bindAddress: '127.0.0.1', listenPort: String(port) })
    const handlers = {
      [RequestCode.REGISTER_BROKER]: this.recording(request => this.register(request)),
      [RequestCode.UNREGISTER_BROKER]: this.recording(() => RemotingResponse.success()),
      [RequestCode.QUERY_DATA_VERSION]: this.recording(() =>
        RemotingResponse.success({ changed: String(this.changed) }),
      ),
      [RequestCode.BROKER_HEARTBEAT]: this.recording(() => RemotingResponse.success()),
      [RequestCode.REGISTER_TOPIC_IN_NAMESRV]: this.recording(() => RemotingResponse.success()),
    }
    this.server = new RemotingServer(config, handlers, { clock: systemClock, disk: nodeDisk, log: silentLog })
    await this.server.start()
  }

  async stop(): Promise<void> {
    await this.server?.stop()
    this.server = null
  }

  /** Resolves once `isDone` is true of what has arrived. */
  async until(isDone: () => boolean): Promise<void> {
    if (isDone()) return
    await new Promise<void>(resolve => this.waiting.push({ isDone, resolve }))
  }

  /** Names of the topics of the last registration. */
  lastTopics(): readonly string[] {
    return [...(this.registrations.at(-1)?.body.topicConfigSerializeWrapper.topicConfigTable.keys() ?? [])]
  }

  private recording(answer: (request: RemotingRequest) => RemotingResponse): RequestHandler {
    return request => {
      this.codes.push(request.command.code)
      this.requests.push(request.command.retain())
      request.reply(answer(request))
      for (const { isDone, resolve } of this.waiting) if (isDone()) resolve()
    }
  }

  private register({ command }: RemotingRequest): RemotingResponse {
    const header = readRegisterBrokerHeader(command)
    const how = { compressed: header.compressed, version: command.version }
    const body = decodeRegisterBrokerBody(command.body && Buffer.from(command.body), how)
    this.registrations.push({ header, body })
    if (this.refuses) return RemotingResponse.refusal(ResponseCode.SYSTEM_ERROR, 'register broker failed')
    const table = new Map(this.orderedTopics.map(topic => [topic, 'broker-a:4']))
    return RemotingResponse.success({}, kvTableJson.encode({ table }))
  }
}

/** Call once at the top of a test file: NameServers are stopped after each test. */
export function useFakeNameServers(): () => Promise<FakeNameServer> {
  const nameServers: FakeNameServer[] = []
  afterEach(async () => {
    await Promise.all(nameServers.splice(0).map(nameServer => nameServer.stop()))
  })
  return async () => {
    const nameServer = new FakeNameServer()
    nameServers.push(nameServer)
    await nameServer.start()
    return nameServer
  }
}
