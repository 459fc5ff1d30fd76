import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { FRAME_HEAD_SIZE, FrameFlag, FrameType, settingsFrame, writeFrameHead } from '../../../../src/grpc/http2/frames'
import { encodeHeaders } from '../../../../src/grpc/http2/hpack/encode-headers'

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

export interface Frame {
  readonly type: number
  readonly flags: number
  readonly streamId: number
  readonly payload: Buffer
}

export function frame(type: number, flags: number, streamId: number, payload: Buffer | string = ''): Buffer {
  const bytes = Buffer.from(payload)
  const head = Buffer.alloc(FRAME_HEAD_SIZE)
  writeFrameHead(head, 0, { length: bytes.length, type, flags, streamId })
  return Buffer.concat([head, bytes])
}

export const requestBlock = encodeHeaders([
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/'],
])

/** HEADERS of a request; without `isLast` its body follows. */
export function request(streamId: number, isLast = true, block = requestBlock): Buffer {
  const flags = FrameFlag.END_HEADERS | (isLast ? FrameFlag.END_STREAM : 0)
  return frame(FrameType.HEADERS, flags, streamId, block)
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Says any bytes, and reads frames. */
export class RawHttp2Client {
  readonly frames: Frame[] = []
  private rest: Buffer = Buffer.alloc(0)
  private readonly waiting = new Set<() => void>()
  private isClosed = false

  private constructor(readonly socket: Socket) {
    socket.on('error', () => undefined)
    socket.on('data', chunk => this.take(chunk))
    socket.once('close', () => {
      this.isClosed = true
      this.wake()
    })
  }

  static async open(port: number, greeting = Buffer.concat([PREFACE, settingsFrame([])])): Promise<RawHttp2Client> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const client = new RawHttp2Client(socket)
    client.say(greeting)
    return client
  }

  say(...frames: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(frames))
  }

  /** The first frame that is wanted, of those that have come or come yet. Rejects when the connection ends before. */
  async frame(isWanted: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(isWanted)
      if (found !== undefined) return found
      if (this.isClosed) throw new Error('the connection was closed')
      await new Promise<void>(resolve => this.waiting.add(resolve))
    }
  }

  /** The code that the server gave when it ended the connection, and its words. */
  async goAway(): Promise<{ readonly code: number; readonly text: string }> {
    const { payload } = await this.frame(({ type }) => type === FrameType.GOAWAY)
    return { code: payload.readUInt32BE(4), text: payload.toString('utf8', 8) }
  }

  /** All that the server has to say to what was said before has come. */
  async settle(): Promise<void> {
    const nonce = Buffer.alloc(8)
    nonce.writeUInt32BE(this.frames.length + 1)
    this.say(frame(FrameType.PING, 0, 0, nonce))
    await this.frame(({ type, payload }) => type === FrameType.PING && payload.equals(nonce))
  }

  async closed(): Promise<void> {
    while (!this.isClosed) await new Promise<void>(resolve => this.waiting.add(resolve))
  }

  private take(chunk: Buffer): void {
    this.rest = Buffer.concat([this.rest, chunk])
    while (this.rest.length >= FRAME_HEAD_SIZE) {
      const end = FRAME_HEAD_SIZE + this.rest.readUIntBE(0, 3)
      if (this.rest.length < end) break
      this.frames.push({
        type: this.rest[3] as number,
        flags: this.rest[4] as number,
        streamId: this.rest.readUInt32BE(5),
        payload: this.rest.subarray(FRAME_HEAD_SIZE, end),
      })
      this.rest = this.rest.subarray(end)
    }
    this.wake()
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve()
    this.waiting.clear()
  }
}
