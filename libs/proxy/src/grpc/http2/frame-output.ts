import type { Socket } from 'node:net'
import { FRAME_PAYLOAD_SIZE, INT31_MAX, WINDOW_SIZE } from './frames'

/** What waits for the client to make room for it. */
export interface WaitingStream {
  /** Sends what there is room for. False: more waits. */
  sendWaiting(): boolean
}

/** Small frames of a turn are written together, up to so many bytes. */
const JOINED_SIZE = 65_536
/** Beyond it the client reads nothing: it is not read from, and gets no more data, until it has. */
const UNREAD_BYTES = 1024 * 1024

/** Frames for a client: those of one turn leave at one go. Data has to fit into the window that the client opens. */
export class FrameOutput {
  window = WINDOW_SIZE
  /** Of a payload, as the client takes it. */
  payloadSizeMax = FRAME_PAYLOAD_SIZE
  private frames: Buffer[] = []
  private size = 0
  private isScheduled = false
  private isClogged = false
  private readonly waiting = new Set<WaitingStream>()

  constructor(private readonly socket: Socket) {
    socket.on('drain', () => this.onDrain())
  }

  /** How many bytes of data may leave now. */
  get room(): number {
    return this.isClogged ? 0 : this.window
  }

  add(frame: Buffer): void {
    this.frames.push(frame)
    this.size += frame.length
    if (this.isScheduled) return
    this.isScheduled = true
    process.nextTick(this.flush)
  }

  wait(stream: WaitingStream): void {
    this.waiting.add(stream)
  }

  forget(stream: WaitingStream): void {
    this.waiting.delete(stream)
  }

  /** False: the window cannot be as large. */
  widen(increment: number): boolean {
    this.window += increment
    this.sendWaiting()
    return this.window <= INT31_MAX
  }

  /** Those that got something go behind those that did not. */
  sendWaiting(): void {
    for (const stream of [...this.waiting]) {
      if (this.room <= 0) return
      this.waiting.delete(stream)
      if (!stream.sendWaiting()) this.waiting.add(stream)
    }
  }

  /** What was added leaves now. */
  readonly flush = (): void => {
    this.isScheduled = false
    const { socket, frames, size } = this
    if (frames.length === 0) return
    this.frames = []
    this.size = 0
    if (socket.destroyed || socket.writableEnded) return
    if (frames.length === 1) socket.write(frames[0] as Buffer)
    else if (size <= JOINED_SIZE) socket.write(Buffer.concat(frames, size))
    else this.writeEach(frames)
    if (socket.writableLength <= UNREAD_BYTES || this.isClogged) return
    this.isClogged = true
    socket.pause()
  }

  private writeEach(frames: readonly Buffer[]): void {
    this.socket.cork()
    for (const frame of frames) this.socket.write(frame)
    this.socket.uncork()
  }

  private onDrain(): void {
    if (!this.isClogged) return
    this.isClogged = false
    this.socket.resume()
    this.sendWaiting()
  }
}
