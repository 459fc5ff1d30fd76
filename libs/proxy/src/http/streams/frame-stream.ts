import type { Clock, Timer } from '@rocketmq-ts/base'
import type { Problem } from '../shapes/problem'
import type { Received } from '../shapes/received-message'
import { STREAM_STALL_MS_MAX } from './event-stream'
import type { Outlet } from './subscription'

/** The part of a WebSocket of ws that is used. */
export interface FrameSocket {
  send(text: string, onSent: () => void): void
  ping(): void
  close(code: number, reason: string): void
  terminate(): void
  pause(): void
  resume(): void
  on(event: 'message', listener: (bytes: Buffer, isBinary: boolean) => void): void
  on(event: 'close' | 'pong', listener: () => void): void
}

export const closeCodes = { goingAway: 1001, unauthorized: 4401, slowConsumer: 4429 } as const

const PING_MS = 20_000
/** That a client may take to answer a close. */
const CLOSE_MS = 1000

/** Frames of JSON to one client. A client that does not answer pings, or does not read, is let go. */
export class FrameStream implements Outlet {
  private readonly pings: Timer
  private stall: Timer | null = null
  private unsentCount = 0
  private isAlive = true
  private isOver = false
  private wake: () => void = () => undefined

  constructor(
    private readonly socket: FrameSocket,
    private readonly clock: Pick<Clock, 'after' | 'every'>,
  ) {
    this.pings = clock.every(PING_MS, () => this.ping())
    socket.on('pong', () => (this.isAlive = true))
    socket.on('close', () => this.over())
  }

  deliver(message: Received): void {
    this.send({ op: 'message', message })
  }

  fail(problem: Problem): void {
    this.send({ op: 'error', problem })
  }

  /** `onSent`: it has left for the network, or never will. */
  send(frame: object, onSent: () => void = () => undefined): void {
    if (this.isOver) {
      onSent()
      return
    }
    this.unsentCount += 1
    this.stall ??= this.clock.after(STREAM_STALL_MS_MAX, () => this.giveUp())
    this.socket.send(JSON.stringify(frame), () => {
      this.unsentCount -= 1
      this.progress()
      onSent()
    })
  }

  flushed(): Promise<void> {
    if (this.unsentCount === 0 || this.isOver) return Promise.resolve()
    return new Promise(resolve => (this.wake = resolve))
  }

  /** With a word on why. */
  end(code: number, reason: string): void {
    if (this.isOver) return
    this.over()
    this.socket.close(code, reason)
    this.clock.after(CLOSE_MS, () => this.socket.terminate())
  }

  /** Something was sent: the client reads, and has its time anew for the rest. */
  private progress(): void {
    this.stall?.cancel()
    this.stall = null
    if (this.unsentCount === 0 || this.isOver) this.wake()
    else this.stall = this.clock.after(STREAM_STALL_MS_MAX, () => this.giveUp())
  }

  private ping(): void {
    if (!this.isAlive) this.socket.terminate()
    this.isAlive = false
    this.socket.ping()
  }

  private giveUp(): void {
    this.end(closeCodes.slowConsumer, 'slow consumer: what was sent is not read')
  }

  private over(): void {
    this.isOver = true
    this.pings.cancel()
    this.stall?.cancel()
    this.wake()
  }
}
