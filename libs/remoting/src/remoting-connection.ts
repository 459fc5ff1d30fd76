import type { Socket } from 'node:net'
import { type Log, PeerError, RefusedError, type Timer } from '@rocketmq-ts/base'
import {
  CommandFlag,
  encodeFrame,
  IncomingCommand,
  type OutgoingResponse,
  RemotingCommand,
} from '@rocketmq-ts/protocol'
import type { Channel } from './channel'
import type { ConnectionContext } from './connection-context'
import { errorResponse, goAway, GO_AWAY_UNKNOWN_UNTIL, unsupportedCode } from './error-response'
import { ConnectionLostError, SlowPeerError, TooManyRequestsError } from './errors'
import { FrameSplitter } from './frame-splitter'
import { IncomingRequest } from './incoming-request'
import { Liveness } from './liveness'
import { Outbox } from './outbox'
import { PendingInvocations } from './pending-invocations'
import type { Peer } from './socket-address'

export type CloseReason = 'closed' | 'idle' | 'failed'

/**
 * One open connection: requests come in, are handled, and answered in any order; our own requests go the other way.
 *
 *   chunk ─> FrameSplitter ─> IncomingCommand ─┬ request ──> handler ─> answer ─> Outbox ─> socket
 *                                              └ response ─> PendingInvocations
 */
export class RemotingConnection implements Channel {
  readonly remoteAddress: string
  readonly remoteHost: Buffer
  receivedBytes = 0
  private readonly log: Log
  private readonly splitter: FrameSplitter
  private readonly outbox: Outbox
  private readonly invocations: PendingInvocations
  private readonly liveness: Liveness
  private inFlightCount = 0
  private inFlightBytes = 0
  /** The peer must wait: neither its socket nor the rest of its last chunk is read. */
  private isPaused = false
  /** See `finish`. */
  private isFinishing = false
  private isClosing = false
  private closeReason: CloseReason = 'closed'
  private closeTimer: Timer | null = null

  constructor(
    readonly id: number,
    private readonly socket: Socket,
    peer: Peer,
    private readonly context: ConnectionContext,
  ) {
    this.remoteAddress = peer.remoteAddress
    this.remoteHost = peer.remoteHost
    this.log = context.log.child({ remoteAddress: peer.remoteAddress })
    this.splitter = new FrameSplitter(context.limits.frameBytesMax)
    this.outbox = new Outbox(socket, context.limits.frameBytesMax, context.pool, context.statistics, this)
    this.invocations = new PendingInvocations(peer.remoteAddress, context.clock)
    this.liveness = new Liveness(context.limits, context.clock.monotonicMs())
  }

  get isOpen(): boolean {
    return !this.isClosing
  }

  get unsentBytes(): number {
    return this.outbox.unsentBytes
  }

  /** Begins to serve; `firstBytes` were read before it was known what the connection is. */
  open(firstBytes: Buffer | null): void {
    const { socket } = this
    socket.on('data', (chunk: Buffer) => this.receive(chunk))
    socket.on('end', () => void (this.isClosing = true))
    socket.on('error', (err: Error) => {
      this.closeReason = 'failed'
      this.log.debug({ err }, 'connection broke')
    })
    socket.on('close', () => this.gone())
    if (firstBytes !== null) this.receive(firstBytes)
  }

  // ——— in ———

  private receive(chunk: Buffer): void {
    this.receivedBytes += chunk.length
    this.context.statistics.bytesIn += chunk.length
    if (this.isClosing) return
    this.splitter.push(chunk)
    this.takeFrames()
  }

  private takeFrames(): void {
    try {
      while (!this.isPaused && !this.isClosing) {
        const frame = this.splitter.next()
        if (frame === null) return
        this.take(IncomingCommand.read(frame), frame.length)
        if (this.isOverLimit()) this.pause()
      }
    } catch (error) {
      if (!(error instanceof PeerError)) throw error
      this.context.statistics.badFrameTotal += 1
      this.break(error)
    }
  }

  private take(command: IncomingCommand, frameBytes: number): void {
    const { context } = this
    if (command.isResponse) {
      if (!this.invocations.settle(command)) context.statistics.unmatchedResponseTotal += 1
      if (this.isFinishing) this.closeWhenFinished()
      return
    }
    if (this.isFinishing) return
    context.statistics.requestTotal += 1
    const request = new IncomingRequest(command, this, frameBytes)
    if (!command.isOneway) {
      this.inFlightCount += 1
      this.inFlightBytes += frameBytes
    }
    const handler = context.handlers.get(command.code)
    if (handler === undefined) this.turnAway(request, unsupportedCode(command.code))
    else if (context.isGoingAway && command.version > GO_AWAY_UNKNOWN_UNTIL) this.turnAway(request, goAway())
    else {
      try {
        handler(request)
      } catch (error) {
        request.fail(error)
      }
    }
  }

  private turnAway(request: IncomingRequest, response: OutgoingResponse): void {
    this.context.statistics.refusedRequestTotal += 1
    this.answer(request, response)
  }

  private isOverLimit(): boolean {
    const { limits } = this.context
    return (
      this.outbox.unsentBytes > limits.unsentBytesHighMark ||
      this.inFlightCount >= limits.requestsInFlightMax ||
      this.inFlightBytes >= limits.requestBytesInFlightMax
    )
  }

  private pause(): void {
    this.isPaused = true
    this.socket.pause()
  }

  /** Goes on reading when enough has been answered and sent; well below the limits, so that it does not flutter. */
  private goOn(): void {
    const { limits } = this.context
    if (!this.isPaused || this.outbox.unsentBytes > limits.unsentBytesLowMark) return
    if (this.inFlightCount > limits.requestsInFlightMax / 2) return
    if (this.inFlightBytes > limits.requestBytesInFlightMax / 2) return
    this.isPaused = false
    this.socket.resume()
    this.takeFrames()
  }

  // ——— out ———

  /** Sends what a handler replied, once. */
  answer(request: IncomingRequest, response: OutgoingResponse): void {
    if (request.isAnswered || request.command.isOneway) {
      response.release()
      if (request.isAnswered) this.log.error({ code: request.command.code }, 'request answered twice')
      request.isAnswered = true
      return
    }
    request.isAnswered = true
    this.inFlightCount -= 1
    this.inFlightBytes -= request.frameBytes
    this.context.statistics.responseTotal += 1
    this.send(request.command, response)
    if (this.isPaused) this.goOn()
    if (this.isFinishing) this.closeWhenFinished()
  }

  /** Answers a request whose handler failed. */
  refuse(request: IncomingRequest, error: unknown): void {
    const { code } = request.command
    if (error instanceof RefusedError) this.log.debug({ code, err: error }, 'request refused')
    else {
      this.context.statistics.failedRequestTotal += 1
      this.log.error({ code, err: error }, 'request failed')
    }
    if (!request.isAnswered) this.answer(request, errorResponse(error))
  }

  private send({ code, opaque, serializeType }: IncomingCommand, response: OutgoingResponse): void {
    const { limits } = this.context
    try {
      this.outbox.push(response, opaque, serializeType)
    } catch (error) {
      this.log.error({ code, err: error }, 'answer cannot be sent')
      response.release()
      this.outbox.push(errorResponse(error), opaque, serializeType)
    }
    if (this.outbox.unsentBytes > limits.unsentBytesMax && !this.isClosing) {
      this.context.statistics.slowPeerTotal += 1
      this.break(new SlowPeerError(`${this.outbox.unsentBytes} bytes are unsent`))
    }
  }

  sendOneway(command: RemotingCommand): boolean {
    const { limits, statistics } = this.context
    const { unsentBytes, unsentOnewayCount } = this.outbox
    const isSlow = unsentBytes > limits.pushUnsentBytesMax || unsentOnewayCount >= limits.onewaysUnsentMax
    if (this.isClosing || isSlow) {
      statistics.refusedPushTotal += 1
      return false
    }
    this.push(command, CommandFlag.ONEWAY)
    return true
  }

  async invoke(command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand> {
    const { limits, statistics } = this.context
    if (this.isClosing) throw new ConnectionLostError(this.remoteAddress)
    const isSlow = this.outbox.unsentBytes > limits.pushUnsentBytesMax
    if (isSlow || this.invocations.count >= limits.invocationsMax) {
      statistics.refusedPushTotal += 1
      throw new TooManyRequestsError(this.remoteAddress, isSlow ? 'it does not read' : 'too many wait for an answer')
    }
    return await this.invocations.wait(this.push(command, 0), timeoutMs)
  }

  /** Returns the opaque it was sent with. */
  private push(command: RemotingCommand, flag: number): number {
    const opaque = this.invocations.nextOpaque()
    const sent = Object.assign(new RemotingCommand(command.code), command, { opaque, flag })
    this.context.statistics.pushTotal += 1
    this.outbox.pushFrame(encodeFrame(sent, this.context.serializeType), flag === CommandFlag.ONEWAY)
    return opaque
  }

  onTaken(): void {
    if (this.isPaused) this.goOn()
    if (this.isClosing) this.endWhenSent()
    else if (this.isFinishing) this.closeWhenFinished()
  }

  // ——— end ———

  /** To be called about every second. */
  sweep(nowMs: number): void {
    if (this.isFinishing) this.closeWhenFinished()
    if (this.isClosing) return
    const { outbox, context } = this
    const bytes = { received: this.receivedBytes, taken: outbox.takenBytes, unsent: outbox.unsentBytes }
    const state = this.liveness.check(nowMs, bytes)
    if (state === 'idle') {
      context.statistics.idleConnectionTotal += 1
      this.closeReason = 'idle'
      this.close('idle')
    } else if (state === 'stuck') {
      context.statistics.slowPeerTotal += 1
      this.break(
        new SlowPeerError(`nothing taken for ${context.limits.drainTimeoutMs} ms, ${bytes.unsent} bytes are unsent`),
      )
    }
  }

  /** Takes no more requests; closes when those in flight, the peer's and ours, are answered. */
  finish(): void {
    this.isFinishing = true
    this.closeWhenFinished()
  }

  private closeWhenFinished(): void {
    if (this.inFlightCount === 0 && this.invocations.count === 0 && this.outbox.unsentBytes === 0)
      this.close('finished')
  }

  close(reason: string): void {
    if (this.isClosing) return
    this.isClosing = true
    this.log.debug({ reason }, 'closing connection')
    this.outbox.flush()
    this.endWhenSent()
    this.closeTimer = this.context.clock.after(this.context.limits.closeTimeoutMs, () => this.socket.destroy())
    if (this.isPaused) this.socket.resume()
  }

  /** Ends our side only: closing both while bytes are unread resets the connection, and takes our last answers with it. */
  private endWhenSent(): void {
    if (this.outbox.unsentBytes === 0) this.socket.end()
  }

  /** Ends the connection at once because of what the peer does. */
  private break(error: PeerError): void {
    this.log.warn({ err: error }, 'closing connection to a bad peer')
    this.closeReason = 'failed'
    this.destroy()
  }

  destroy(): void {
    this.isClosing = true
    this.socket.destroy()
  }

  private gone(): void {
    this.isClosing = true
    this.closeTimer?.cancel()
    this.outbox.dispose()
    this.invocations.rejectAll(new ConnectionLostError(this.remoteAddress))
    this.context.onGone(this, this.closeReason)
  }
}
