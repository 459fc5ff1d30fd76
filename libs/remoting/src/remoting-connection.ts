import type { Socket } from 'node:net'
import { type Log, PeerError, RefusedError, type Timer } from '@rocketmq-ts/base'
import { IncomingCommand, type OutgoingResponse, type RemotingCommand } from '@rocketmq-ts/protocol'
import { BackPressure } from './back-pressure'
import type { Channel } from './channel'
import type { ConnectionContext } from './connection-context'
import { errorResponse, goAway, GO_AWAY_UNKNOWN_UNTIL, unsupportedCode } from './error-response'
import { ConnectionLostError, HeaviestPeerError, SlowPeerError } from './errors'
import { FrameSplitter } from './frame-splitter'
import { IncomingRequest } from './incoming-request'
import { Liveness } from './liveness'
import { Outbox } from './outbox'
import { OutgoingRequests } from './outgoing-requests'
import { RequestsInFlight } from './requests-in-flight'
import type { Peer } from './socket-address'

export type CloseReason = 'closed' | 'idle' | 'failed'

/**
 * One open connection: requests come in, are handled, and answered in any order; our own requests go the other way.
 *
 *   chunk ─> FrameSplitter ─> IncomingCommand ─┬ request ──> handler ─> answer ─> Outbox ─> socket
 *                                              └ response ─> OutgoingRequests ───────^
 */
export class RemotingConnection implements Channel {
  readonly remoteAddress: string
  readonly remoteHost: Buffer
  receivedBytes = 0
  private readonly log: Log
  private readonly splitter: FrameSplitter
  private readonly inFlight: RequestsInFlight
  private readonly outbox: Outbox
  private readonly pressure: BackPressure
  private readonly outgoing: OutgoingRequests
  private readonly liveness: Liveness
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
    const { limits, pool, statistics, held } = context
    this.remoteAddress = peer.remoteAddress
    this.remoteHost = peer.remoteHost
    this.log = context.log.child({ remoteAddress: peer.remoteAddress })
    this.splitter = new FrameSplitter(limits.frameBytesMax)
    this.inFlight = new RequestsInFlight(limits, held)
    this.outbox = new Outbox(socket, { frameBytesMax: limits.frameBytesMax, pool, statistics, held, listener: this })
    this.pressure = new BackPressure({ inFlight: this.inFlight, outbox: this.outbox, limits, held })
    this.outgoing = new OutgoingRequests(peer.remoteAddress, this.outbox, context)
    this.liveness = new Liveness(limits, context.clock.monotonicMs())
  }

  get isOpen(): boolean {
    return !this.isClosing
  }

  /** Its part of what all connections hold. */
  get heldBytes(): number {
    return this.pressure.heldBytes
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

  private receive(chunk: Buffer): void {
    this.receivedBytes += chunk.length
    this.context.statistics.bytesIn += chunk.length
    if (this.isClosing) return
    this.splitter.push(chunk)
    this.takeFrames()
    this.context.held.check()
  }

  private takeFrames(): void {
    try {
      while (!this.isPaused && !this.isClosing) {
        const frame = this.splitter.next()
        if (frame === null) return
        this.take(IncomingCommand.read(frame), frame.length)
        if (this.pressure.isHigh) this.pause()
      }
    } catch (error) {
      if (!(error instanceof PeerError)) throw error
      this.context.statistics.badFrameTotal += 1
      this.break(error)
    } finally {
      if (!this.isClosing) this.pressure.setIncomplete(this.splitter.heldBytes)
    }
  }

  private take(command: IncomingCommand, frameBytes: number): void {
    const { context } = this
    if (command.isResponse) {
      this.outgoing.settle(command)
      if (this.isFinishing) this.closeWhenFinished()
      return
    }
    if (this.isFinishing) return
    context.statistics.requestTotal += 1
    const request = new IncomingRequest(command, this, frameBytes)
    if (!command.isOneway) this.inFlight.begin(frameBytes)
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

  private pause(): void {
    this.isPaused = true
    this.socket.pause()
  }

  private goOn(): void {
    if (!this.pressure.isLow) return
    this.isPaused = false
    this.socket.resume()
    this.takeFrames()
  }

  /** Sends what a handler replied, once. */
  answer(request: IncomingRequest, response: OutgoingResponse): void {
    const { command, isAnswered } = request
    request.isAnswered = true
    if (isAnswered || command.isOneway) {
      response.release()
      if (isAnswered) this.log.error({ code: command.code }, 'request answered twice')
      return
    }
    this.inFlight.end(request.frameBytes)
    this.context.statistics.responseTotal += 1
    this.send(command, response)
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
    try {
      this.outbox.push(response, opaque, serializeType)
    } catch (error) {
      this.log.error({ code, err: error }, 'answer cannot be sent')
      response.release()
      this.outbox.push(errorResponse(error), opaque, serializeType)
    }
    const { unsentBytes } = this.outbox
    if (unsentBytes > this.context.limits.unsentBytesMax) this.breakSlow(`${unsentBytes} bytes are unsent`)
    this.context.held.check()
  }

  sendOneway(command: RemotingCommand): boolean {
    return !this.isClosing && this.outgoing.sendOneway(command)
  }

  invoke(command: RemotingCommand, timeoutMs: number): Promise<IncomingCommand> {
    if (this.isClosing) return Promise.reject(new ConnectionLostError(this.remoteAddress))
    return this.outgoing.invoke(command, timeoutMs)
  }

  /** The outbox has less to send. */
  onTaken(): void {
    if (this.isPaused) this.goOn()
    if (this.isClosing) this.endWhenSent()
    else if (this.isFinishing) this.closeWhenFinished()
  }

  /** To be called about every second. */
  sweep(nowMs: number): void {
    if (this.isFinishing) this.closeWhenFinished()
    if (this.isClosing) return
    if (this.isPaused) this.goOn() // others may have made room
    const { takenBytes, unsentBytes } = this.outbox
    const state = this.liveness.check(nowMs, { received: this.receivedBytes, taken: takenBytes, unsent: unsentBytes })
    if (state === 'stuck') this.breakSlow(`it takes nothing, ${unsentBytes} bytes are unsent`)
    if (state !== 'idle') return
    this.context.statistics.idleConnectionTotal += 1
    this.closeReason = 'idle'
    this.close('idle')
  }

  /** Takes no more requests; closes when those in flight, the peer's and ours, are answered. */
  finish(): void {
    this.isFinishing = true
    this.closeWhenFinished()
  }

  private closeWhenFinished(): void {
    const isFinished = this.inFlight.count === 0 && this.outgoing.waitingCount === 0 && this.outbox.unsentBytes === 0
    if (isFinished) this.close('finished')
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

  private breakSlow(how: string): void {
    if (this.isClosing) return
    this.context.statistics.slowPeerTotal += 1
    this.break(new SlowPeerError(`the peer is too slow: ${how}`))
  }

  /** Ends the connection at once, because all of them hold too much and this one the most. */
  breakHeaviest(): void {
    const { statistics, held } = this.context
    statistics.heaviestPeerTotal += 1
    const text = `all connections hold ${held.total} bytes, above heldBytesMax, and this one ${this.heldBytes} of them`
    this.break(new HeaviestPeerError(text))
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
    this.inFlight.dispose()
    this.pressure.setIncomplete(0)
    this.outgoing.connectionLost()
    this.context.onGone(this, this.closeReason)
  }
}
