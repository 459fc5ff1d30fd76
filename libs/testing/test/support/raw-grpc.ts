import { Client, credentials, Metadata } from '@grpc/grpc-js'
import { messagingService } from '@rocketmq-ts/protocol/grpc'
import type { MessagingMethodName } from '@rocketmq-ts/protocol/grpc'

type Asking<Name extends MessagingMethodName> = Parameters<(typeof messagingService)[Name]['requestSerialize']>[0]
type Answer<Name extends MessagingMethodName> = ReturnType<(typeof messagingService)[Name]['responseDeserialize']>

const DEADLINE_MS = 60_000

/** For methods that official clients do not call. */
export class RawGrpcClient {
  private readonly client: Client
  private readonly metadata = new Metadata()

  constructor(address: string) {
    this.client = new Client(address, credentials.createInsecure())
    this.metadata.set('x-mq-client-id', 'raw')
  }

  /** All that comes in answer: one thing of most methods, several of a stream. */
  async call<Name extends MessagingMethodName>(name: Name, request: Asking<Name>): Promise<readonly Answer<Name>[]> {
    const { path, requestSerialize, responseDeserialize } = messagingService[name]
    const call = this.client.makeServerStreamRequest(
      path,
      requestSerialize as (value: unknown) => Buffer,
      responseDeserialize as (bytes: Buffer) => Answer<Name>,
      request,
      this.metadata,
      { deadline: Date.now() + DEADLINE_MS },
    )
    const answers: Answer<Name>[] = []
    for await (const answer of call) answers.push(answer as Answer<Name>)
    return answers
  }

  close(): void {
    this.client.close()
  }
}
