import type { IncomingCommand, OutgoingResponse } from '@rocketmq-ts/protocol'
import type { RemotingConnection } from './remoting-connection'
import type { RemotingRequest } from './request-handler'

/** A request on its connection, from the frame to the answer. One small object per request: this is the hot path. */
export class IncomingRequest implements RemotingRequest {
  isAnswered = false

  constructor(
    public command: IncomingCommand,
    readonly channel: RemotingConnection,
    readonly frameBytes: number,
  ) {}

  retain(): void {
    this.command = this.command.retain()
  }

  reply(response: OutgoingResponse): void {
    this.channel.answer(this, response)
  }

  fail(error: unknown): void {
    this.channel.refuse(this, error)
  }
}
