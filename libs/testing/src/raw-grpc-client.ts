import { Client, credentials, Metadata } from '@grpc/grpc-js'
import type { ClientDuplexStream } from '@grpc/grpc-js'
import { adminService, messagingService } from '@rocketmq-ts/protocol/grpc'
import type { AdminMethodName, AdminRequestOf, MessagingMethodName, v2 } from '@rocketmq-ts/protocol/grpc'

/** What a method is asked with, as it is written. */
export type GrpcAsking<Name extends MessagingMethodName> = Parameters<
  (typeof messagingService)[Name]['requestSerialize']
>[0]
/** What it answers with, as it was read. */
export type GrpcAnswer<Name extends MessagingMethodName> = ReturnType<
  (typeof messagingService)[Name]['responseDeserialize']
>

/** What a method for administrators answers with. */
export type AdminAnswer<Name extends AdminMethodName> = ReturnType<(typeof adminService)[Name]['responseDeserialize']>

const DEADLINE_MS = 60_000

/** Calls any method with anything, which official clients do not. */
export class RawGrpcClient {
  private readonly client: Client
  private readonly metadata = new Metadata()
  private telemetry: ClientDuplexStream<v2.TelemetryCommand.$Properties, v2.TelemetryCommand> | null = null
  private telemetryEnded: Promise<unknown> = Promise.resolve()
  private readonly commands: v2.TelemetryCommand[] = []

  constructor(address: string, headers: Readonly<Record<string, string>> = { 'x-mq-client-id': 'raw' }) {
    this.client = new Client(address, credentials.createInsecure())
    for (const [name, value] of Object.entries(headers)) this.metadata.set(name, value)
  }

  /** All that comes in answer: one thing of most methods, several of a stream. */
  async call<Name extends MessagingMethodName>(
    name: Name,
    request: GrpcAsking<Name>,
    deadlineMs = DEADLINE_MS,
  ): Promise<readonly GrpcAnswer<Name>[]> {
    const { path, requestSerialize, responseDeserialize } = messagingService[name]
    const call = this.client.makeServerStreamRequest(
      path,
      requestSerialize as (value: unknown) => Buffer,
      responseDeserialize as (bytes: Buffer) => GrpcAnswer<Name>,
      request,
      this.metadata,
      { deadline: Date.now() + deadlineMs },
    )
    const answers: GrpcAnswer<Name>[] = []
    for await (const answer of call) answers.push(answer as GrpcAnswer<Name>)
    return answers
  }

  async administer<Name extends AdminMethodName>(
    name: Name,
    request: Partial<AdminRequestOf<Name>>,
  ): Promise<AdminAnswer<Name>> {
    const { path, requestSerialize, responseDeserialize } = adminService[name]
    return await new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(
        path,
        requestSerialize as (value: unknown) => Buffer,
        responseDeserialize as (bytes: Buffer) => AdminAnswer<Name>,
        request,
        this.metadata,
        { deadline: Date.now() + DEADLINE_MS },
        (error, answer) => (answer === undefined ? reject(error ?? new Error('no answer')) : resolve(answer)),
      )
    })
  }

  /** Opens the stream of commands, says this, and resolves with the first answer; the stream lasts until `close`. Rejects when it ends before. */
  connect(command: v2.TelemetryCommand.$Properties): Promise<v2.TelemetryCommand> {
    const { path, requestSerialize, responseDeserialize } = messagingService.Telemetry
    const stream = this.client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, this.metadata)
    this.telemetry = stream
    this.telemetryEnded = new Promise(resolve => stream.once('end', resolve))
    stream.on('data', (said: v2.TelemetryCommand) => this.commands.push(said))
    return new Promise((resolve, reject) => {
      stream.once('data', resolve)
      stream.on('error', reject) // also that of the end, when nobody listens any more
      stream.on('status', ({ code }) => reject(Object.assign(new Error('the stream ended'), { code })))
      stream.write(command)
    })
  }

  /** All that was said on the stream of commands after the first answer, once it has ended. */
  async restOfTelemetry(): Promise<readonly v2.TelemetryCommand[]> {
    await this.telemetryEnded
    return this.commands.slice(1)
  }

  close(): void {
    this.telemetry?.cancel()
    this.client.close()
  }
}
