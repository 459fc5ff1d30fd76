import type { Socket } from 'node:net'
import { type Clock, PeerError } from '@rocketmq-ts/base'
import { BadHandshakeError } from '../errors'
import { type Peer, peerOf } from '../socket-address'
import type { TlsAcceptor } from '../tls/tls-acceptor'
import { readProxyHeader } from './proxy-header'

/** The type of a TLS record that carries a ClientHello. No frame begins so: its length would be over any limit. */
const TLS_HANDSHAKE = 0x16

export interface HandshakeContext {
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly tlsMode: 'disabled' | 'permissive' | 'enforcing'
  readonly tls: Pick<TlsAcceptor, 'accept'>
  /** A connection that says nothing may stay so long; 0: for ever. */
  readonly idleTimeoutMs: number
  /** From its first byte on. */
  readonly handshakeTimeoutMs: number
  /** `socket` is plain: the one that was given, or TLS's over it. */
  onReady(handshake: Handshake, socket: Socket, peer: Peer, firstBytes: Buffer | null): void
  onFailed(handshake: Handshake, error: PeerError): void
}

/**
 * The beginning of a connection, told by its first bytes:
 *
 *   [ PROXY header, version 1 or 2 ] [ TLS ] frames …
 *
 * Source: remoting/netty/NettyRemotingServer.java, which waits for 12 bytes before it decides; we do not.
 */
export class Handshake {
  private peer: Peer
  private bytes: Buffer = Buffer.alloc(0)
  private isProxyRead = false
  private deadlineMs: number
  private readonly onData = (chunk: Buffer): void => this.receive(chunk)

  constructor(
    readonly socket: Socket,
    private readonly context: HandshakeContext,
  ) {
    this.peer = peerOf(socket.remoteAddress ?? '', socket.remotePort ?? 0)
    this.deadlineMs = context.clock.monotonicMs() + (context.idleTimeoutMs || Infinity)
  }

  get remoteAddress(): string {
    return this.peer.remoteAddress
  }

  begin(): void {
    this.socket.on('data', this.onData)
  }

  /** True when the peer has had its time. */
  isOverdue(nowMs: number): boolean {
    return nowMs >= this.deadlineMs
  }

  private receive(chunk: Buffer): void {
    const { context } = this
    if (this.bytes.length === 0 && !this.isProxyRead) {
      this.deadlineMs = context.clock.monotonicMs() + context.handshakeTimeoutMs
    }
    this.bytes = this.bytes.length === 0 ? chunk : Buffer.concat([this.bytes, chunk])
    try {
      this.decide()
    } catch (error) {
      this.fail(error)
    }
  }

  private decide(): void {
    if (!this.isProxyRead) {
      const header = readProxyHeader(this.bytes)
      if (header === 'more') return
      this.isProxyRead = true
      if (header !== 'none') {
        if (header.source !== null) this.peer = peerOf(header.source.address, header.source.port)
        this.bytes = this.bytes.subarray(header.headerBytes)
      }
    }
    if (this.bytes.length === 0) return
    const isTls = this.bytes[0] === TLS_HANDSHAKE
    const mode = this.context.tlsMode
    if (mode === (isTls ? 'disabled' : 'enforcing')) {
      throw new BadHandshakeError(`a ${isTls ? 'TLS' : 'plain'} client, while tls.server.mode is ${mode}`)
    }
    this.socket.off('data', this.onData)
    if (isTls) void this.startTls()
    else this.context.onReady(this, this.socket, this.peer, this.bytes)
  }

  private async startTls(): Promise<void> {
    const { socket, context } = this
    socket.pause()
    socket.unshift(this.bytes)
    try {
      const secured = await context.tls.accept(socket)
      if (socket.destroyed) throw new BadHandshakeError('connection closed after the TLS handshake')
      context.onReady(this, secured, this.peer, null)
    } catch (error) {
      this.fail(error)
    }
  }

  private fail(error: unknown): void {
    if (!(error instanceof PeerError)) throw error
    this.context.onFailed(this, error)
  }
}
