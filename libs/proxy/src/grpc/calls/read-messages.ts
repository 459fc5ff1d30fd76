import type { BodyReader, GrpcCall } from './grpc-call'
import { GrpcStatus } from './grpc-status'
import { inflated, MessageSplitter } from './message-frames'
import type { FramedMessage } from './message-frames'
import type { MessageListener, ServeMessages } from './served'

/** Has the messages of the call served one after the other, of `sizeMax` bytes each at most. */
export function readMessages(call: GrpcCall, sizeMax: number, serve: ServeMessages): void {
  const listener = serve(call)
  if (call.isCancelled) {
    listener.onClose() // it was turned away at once
    return
  }
  call.reader = new ManyMessages(call, sizeMax, listener)
  call.onceClosed = () => listener.onClose()
}

class ManyMessages implements BodyReader {
  private readonly splitter: MessageSplitter
  /** Resolves when all before have been decompressed; null while none had to be. */
  private inflating: Promise<void> | null = null

  constructor(
    private readonly call: GrpcCall,
    private readonly sizeMax: number,
    private readonly listener: MessageListener,
  ) {
    this.splitter = new MessageSplitter(sizeMax)
  }

  onData(bytes: Buffer): void {
    this.splitter.add(bytes)
    for (let message = this.splitter.next(); message !== null; message = this.splitter.next()) {
      this.call.connection.messagesReceived += 1
      this.onMessage(message)
    }
    this.call.hold(this.splitter.size)
  }

  onEnd(): void {
    this.behindOthers(() => {
      if (this.splitter.size === 0) this.listener.onEnd()
      else this.call.refuse(GrpcStatus.INTERNAL, 'the call ends within a message')
    })
  }

  private onMessage({ bytes, isCompressed }: FramedMessage): void {
    const { call, sizeMax, listener } = this
    if (!isCompressed) {
      this.behindOthers(() => listener.onMessage(bytes))
      return
    }
    const encoding = call.headers.get('grpc-encoding') ?? 'identity'
    const before = this.inflating ?? Promise.resolve()
    this.inflating = before
      .then(() => inflated(bytes, encoding, sizeMax))
      .then(message => listener.onMessage(message))
      .catch((error: unknown) => call.refuseWith(error))
  }

  private behindOthers(act: () => void): void {
    if (this.inflating === null) act()
    else this.inflating = this.inflating.then(act).catch((error: unknown) => this.call.refuseWith(error))
  }
}
