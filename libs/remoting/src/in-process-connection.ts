import type { Clock, Log } from '@rocketmq-ts/base'
import { RefusedError } from '@rocketmq-ts/base'
import { encodeFrame, IncomingCommand, SerializeType } from '@rocketmq-ts/protocol'
import type { OutgoingResponse, RemotingCommand } from '@rocketmq-ts/protocol'
import type { Channel } from './channel'
import { nextChannelId } from './channel-id'
import { errorResponse, unsupportedCode } from './error-response'
import { ConnectionLostError, RemotingTimeoutError } from './errors'
import type { RemotingRequest, RequestHandlers } from './request-handler'
import type { Peer } from './socket-address'

export interface InProcessConnectionDeps {
  /** What the server of this process serves. */
  readonly handlers: RequestHandlers
  readonly clock: Pick<Clock, 'after'>
  readonly log: Log
  /** The server pushes something to its peer. */
  readonly onPush: (command: RemotingCommand) => void
  /** The server asks its peer something. Absent: nobody behind this connection answers. */
  readonly onCall?: (command: RemotingCommand, timeoutMs: number) => Promise<IncomingCommand>
  /** Called once, when either side has closed. */
  readonly onClose: (connection: InProcessConnection) => void
}

/**
 * A connection without a socket: requests go straight to the handlers of a server in this process, as they would come
 * over the network, and so do its pushes come back. To the server it is a channel like any other.
 */
export class InProcessConnection implements Channel {
  readonly id = nextChannelId()
  readonly remoteAddress: string
  readonly remoteHost: Buffer
  private readonly waiting = new Set<WaitingCall>()
  private isClosed = false

  constructor(
    peer: Peer,
    private readonly deps: InProcessConnectionDeps,
  ) {
    this.remoteAddress = peer.remoteAddress
    this.remoteHost = peer.remoteHost
  }

  get isOpen(): boolean {
    return !this.isClosed
  }

  /** Asks the server. Rejects with RemotingTimeoutError or ConnectionLostError; what a handler throws is an answer. */
  call(command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand> {
    if (this.isClosed) return Promise.reject(new ConnectionLostError(this.remoteAddress))
    return new Promise((resolve, reject) => {
      const call = new WaitingCall(IncomingCommand.read(encodeFrame(command, SerializeType.ROCKETMQ)), this, {
        resolve,
        reject,
        onSettled: () => {
          timer.cancel()
          this.waiting.delete(call)
        },
      })
      const timer = this.deps.clock.after(timeoutMs, () => {
        call.giveUp(new RemotingTimeoutError('this process', timeoutMs))
      })
      this.waiting.add(call)
      this.handle(command.code, call)
    })
  }

  /** A binary header, as the call has one, cuts off what does not fit 16 bits of a code. */
  private handle(code: number, call: WaitingCall): void {
    const handler = this.deps.handlers[code]
    if (handler === undefined) {
      call.reply(unsupportedCode(code))
      return
    }
    try {
      handler(call)
    } catch (error) {
      call.fail(error)
    }
  }

  /** For the log of the server: a refusal is nothing special. */
  logFailure(code: number, error: unknown): void {
    if (error instanceof RefusedError) this.deps.log.debug({ code, err: error }, 'request refused')
    else this.deps.log.error({ code, err: error }, 'request failed')
  }

  sendOneway(command: RemotingCommand): boolean {
    if (this.isClosed) return false
    this.deps.onPush(command)
    return true
  }

  invoke(command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand> {
    const { onCall } = this.deps
    if (this.isClosed) return Promise.reject(new ConnectionLostError(this.remoteAddress))
    if (onCall === undefined) return Promise.reject(new RemotingTimeoutError(this.remoteAddress, timeoutMs))
    return onCall(command, timeoutMs)
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.deps.onClose(this)
    for (const call of this.waiting) call.giveUp(new ConnectionLostError(this.remoteAddress))
  }
}

interface CallEnds {
  readonly resolve: (response: IncomingCommand) => void
  readonly reject: (error: Error) => void
  readonly onSettled: () => void
}

/** One request until its answer. Its bytes are its own. */
class WaitingCall implements RemotingRequest {
  private isSettled = false

  constructor(
    readonly command: IncomingCommand,
    readonly channel: InProcessConnection,
    private readonly ends: CallEnds,
  ) {}

  retain(): void {
    // Nothing is borrowed.
  }

  reply(response: OutgoingResponse): void {
    if (!this.isSettled) {
      this.settle()
      this.ends.resolve(received(response))
    }
    response.release()
  }

  fail(error: unknown): void {
    this.channel.logFailure(this.command.code, error)
    this.reply(errorResponse(error))
  }

  giveUp(error: Error): void {
    if (this.isSettled) return
    this.settle()
    this.ends.reject(error)
  }

  private settle(): void {
    this.isSettled = true
    this.ends.onSettled()
  }
}

/** As the peer reads it: the bytes are copied, what the server holds is let go. */
function received(response: OutgoingResponse): IncomingCommand {
  const head = Buffer.allocUnsafe(response.headBytesMax())
  const headBytes = head.subarray(0, response.writeHead(head, 0, 0, SerializeType.ROCKETMQ))
  const { bodyParts } = response
  return IncomingCommand.read(bodyParts.length === 0 ? headBytes : Buffer.concat([headBytes, ...bodyParts]))
}
