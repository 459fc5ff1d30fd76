import { CallRefusedError } from './call-refused-error'
import type { BodyReader, GrpcCall } from './grpc-call'
import { GrpcStatus } from './grpc-status'
import { inflated, MessageSplitter } from './message-frames'
import type { FramedMessage } from './message-frames'
import type { ServeMessage } from './served'

/** Has the one message of the call served, which may have `sizeMax` bytes. */
export function readMessage(call: GrpcCall, sizeMax: number, serve: ServeMessage): void {
  call.reader = new OneMessage(call, sizeMax, serve)
}

class OneMessage implements BodyReader {
  private readonly splitter: MessageSplitter
  private isRead = false

  constructor(
    private readonly call: GrpcCall,
    private readonly sizeMax: number,
    private readonly serve: ServeMessage,
  ) {
    this.splitter = new MessageSplitter(sizeMax)
  }

  onData(bytes: Buffer): void {
    this.splitter.add(bytes)
    const message = this.isRead ? null : this.splitter.next()
    this.call.hold(this.splitter.size)
    if (message === null && !this.isRead) return
    if (this.splitter.size > 0)
      throw new CallRefusedError(GrpcStatus.INTERNAL, 'a call takes one message, here is more')
    this.isRead = true
    if (message !== null) this.onMessage(message)
  }

  onEnd(): void {
    if (!this.isRead) this.call.refuse(GrpcStatus.INTERNAL, 'the call ends without a message')
  }

  private onMessage({ bytes, isCompressed }: FramedMessage): void {
    const { call, serve, sizeMax } = this
    call.connection.messagesReceived += 1
    if (!isCompressed) {
      serve(bytes, call)
      return
    }
    inflated(bytes, call.headers.get('grpc-encoding') ?? 'identity', sizeMax)
      .then(message => serve(message, call))
      .catch((error: unknown) => call.refuseWith(error))
  }
}
