import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { systemClock } from '@rocketmq-ts/base'
import { decodeFrame } from '@rocketmq-ts/protocol'
import type { RemotingCommand } from '@rocketmq-ts/protocol'
import { BadFrameError, FrameSplitter } from '@rocketmq-ts/remoting'

const FRAME_BYTES_MAX = 64 * 1024 * 1024
const PATIENCE_MS = 15_000

/** A connection that sends whatever bytes a test wants to send, well-formed or not. */
export class RawConnection {
  private readonly splitter = new FrameSplitter(FRAME_BYTES_MAX)
  private readonly frames: RemotingCommand[] = []
  private readonly waiting = new Set<() => void>()
  private isOpen = true

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => this.receive(chunk))
    socket.on('error', () => undefined) // a reset is an end like any other here
    socket.on('close', () => {
      this.isOpen = false
      this.wake()
    })
  }

  /** Resolves when the connection is open. `address` is `host:port`. */
  static open(address: string): Promise<RawConnection> {
    const [host = '', port = ''] = address.split(':')
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), host)
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new RawConnection(socket))
      })
    })
  }

  /** Resolves when the system has taken the bytes, or the connection is gone. */
  write(bytes: Buffer): Promise<void> {
    return new Promise(resolve => {
      this.socket.write(bytes, () => {
        resolve()
      })
    })
  }

  /** The next answer, or null when the other end has closed instead. Rejects when nothing happens. */
  async nextFrame(): Promise<RemotingCommand | null> {
    await this.until(() => this.frames.length > 0 || !this.isOpen)
    return this.frames.shift() ?? null
  }

  /** Resolves when the other end has closed. */
  async closed(): Promise<void> {
    await this.until(() => !this.isOpen)
  }

  /** Stops reading: the other end's answers pile up. */
  stopReading(): void {
    this.socket.pause()
  }

  /** Bytes that were written here and that the system has not taken. */
  get unsentBytes(): number {
    return this.socket.writableLength
  }

  close(): void {
    this.socket.destroy()
  }

  /** What is no frame, such as an alert of TLS, is passed over. */
  private receive(chunk: Buffer): void {
    try {
      this.splitter.push(chunk)
      for (let frame = this.splitter.next(); frame !== null; frame = this.splitter.next()) {
        this.frames.push(decodeFrame(frame))
      }
    } catch (error) {
      if (!(error instanceof BadFrameError)) throw error
    }
    this.wake()
  }

  private async until(condition: () => boolean): Promise<void> {
    const deadlineMs = systemClock.monotonicMs() + PATIENCE_MS
    while (!condition()) {
      if (systemClock.monotonicMs() > deadlineMs) throw new Error('the server neither answers nor closes')
      await new Promise<void>(resolve => {
        const timer = systemClock.after(PATIENCE_MS, resolve)
        this.waiting.add(() => {
          timer.cancel()
          resolve()
        })
      })
    }
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve()
    this.waiting.clear()
  }
}
