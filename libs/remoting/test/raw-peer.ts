import { connect, type Socket } from 'node:net'
import { decodeFrame, encodeFrame, RemotingCommand, SerializeType } from '@rocketmq-ts/protocol'
import { FrameSplitter } from '../src'

/** A client that sends what bytes it likes and looks at what comes back. */
export class RawPeer {
  isClosed = false
  private readonly splitter = new FrameSplitter(32 * 1024 ** 2)
  private readonly frames: Buffer[] = []
  private readonly waiting = new Set<() => void>()

  private constructor(readonly socket: Socket) {
    socket.on('data', chunk => {
      try {
        this.splitter.push(chunk)
        for (let frame = this.splitter.next(); frame !== null; frame = this.splitter.next()) this.frames.push(frame)
      } catch {
        // An alert of TLS, which the peer did not want to speak.
      }
      this.wake()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.isClosed = true
      this.wake()
    })
  }

  /** Over an open socket (of TLS, say), or to `port` of this machine. */
  static async on(target: Socket | number): Promise<RawPeer> {
    if (typeof target !== 'number') return new RawPeer(target)
    const socket = connect({ port: target, host: '127.0.0.1', noDelay: true })
    const peer = new RawPeer(socket)
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return peer
  }

  send(bytes: Buffer | string): void {
    this.socket.write(bytes)
  }

  request(code: number, opaque = 1, body: Buffer | null = null): void {
    this.send(requestFrame(code, opaque, body))
  }

  /** The next whole frame; rejects when the connection closes before it. */
  async frame(): Promise<RemotingCommand> {
    await this.until(() => this.frames.length > 0)
    return decodeFrame(this.frames.shift()!)
  }

  async closed(): Promise<void> {
    await this.until(() => this.isClosed)
  }

  /** Whole frames that `frame` has not taken. */
  get frameCount(): number {
    return this.frames.length
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.isClosed) throw new Error('connection closed')
      await new Promise<void>(resolve => this.waiting.add(resolve))
    }
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve()
    this.waiting.clear()
  }
}

export function requestFrame(code: number, opaque: number, body: Buffer | null = null, flag = 0): Buffer {
  const command = RemotingCommand.request(code, {}, body)
  return encodeFrame(Object.assign(command, { opaque, flag }), SerializeType.JSON)
}

/** Lets the event loop turn until `condition` holds; gives up before the test's own timeout, so that the test fails. */
export async function eventually(condition: () => boolean): Promise<void> {
  const giveUpMs = performance.now() + 15_000
  while (!condition()) {
    if (performance.now() > giveUpMs) throw new Error(`never came true: ${condition.toString()}`)
    await new Promise(resolve => setImmediate(resolve))
  }
}
