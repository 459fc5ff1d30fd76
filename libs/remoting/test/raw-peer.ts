import { connect, type Socket } from 'node:net'
import { decodeFrame, encodeFrame, RemotingCommand, SerializeType } from '@rocketmq-ts/protocol'

/** A client that sends what bytes it likes and looks at what comes back. */
export class RawPeer {
  isClosed = false
  private received = Buffer.alloc(0)
  private readonly waiting = new Set<() => void>()

  private constructor(readonly socket: Socket) {
    socket.on('data', chunk => {
      this.received = Buffer.concat([this.received, chunk])
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
    await this.until(() => this.frameBytes() > 0)
    const frame = this.received.subarray(0, this.frameBytes())
    this.received = this.received.subarray(frame.length)
    return decodeFrame(frame)
  }

  async closed(): Promise<void> {
    await this.until(() => this.isClosed)
  }

  get receivedBytes(): number {
    return this.received.length
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.isClosed) throw new Error('connection closed')
      await new Promise<void>(resolve => this.waiting.add(resolve))
    }
  }

  private frameBytes(): number {
    if (this.received.length < 4) return 0
    const frameBytes = 4 + this.received.readInt32BE(0)
    return this.received.length >= frameBytes ? frameBytes : 0
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

/** Lets the event loop turn until `condition` holds. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setImmediate(resolve))
}
