import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

const OPCODE = { text: 1, binary: 2, close: 8, ping: 9 } as const
const LENGTH_16 = 126
const LENGTH_64 = 127
const MASKED = 0x80
const FINAL = 0x80

export type JsonFrame = Readonly<Record<string, unknown>>

/** As much of a WebSocket client as tests need, and what no good client does: frames of any bytes, and not to read. */
export class WebSocketOfTest {
  readonly frames: JsonFrame[] = []
  /** Of the close frame; null: none came. */
  closeCode: number | null = null
  /** Resolves when the connection is over. */
  readonly closed: Promise<unknown>
  private bytes = Buffer.alloc(0)
  private isOver = false
  private wake: () => void = () => undefined

  private constructor(readonly socket: Socket) {
    socket.on('error', () => undefined) // the server may be rude too
    socket.on('data', (chunk: Buffer) => this.take(chunk))
    this.closed = once(socket, 'close')
    void this.closed.then(() => {
      this.isOver = true
      this.wake()
    })
  }

  /** Throws an Error with the status when the server does not want it. */
  static async open(url: string, headers: Record<string, string> = {}): Promise<WebSocketOfTest> {
    const request = httpRequest(url, {
      headers: {
        ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
        ...{ 'sec-websocket-key': randomBytes(16).toString('base64'), ...headers },
      },
    })
    request.end()
    return await new Promise((resolve, reject) => {
      request.once('error', reject)
      request.once('response', ({ statusCode }: IncomingMessage) => {
        request.destroy()
        reject(new Error(`HTTP ${statusCode}`))
      })
      request.once('upgrade', (_response: IncomingMessage, socket: Socket, head: Buffer) => {
        const opened = new WebSocketOfTest(socket)
        opened.take(head)
        resolve(opened)
      })
    })
  }

  say(frame: object): void {
    this.sayText(JSON.stringify(frame))
  }

  sayText(text: string, opcode: number = OPCODE.text): void {
    const body = Buffer.from(text)
    const length = Buffer.alloc(body.length < LENGTH_16 ? 1 : body.length < 65_536 ? 3 : 9)
    if (length.length === 1) length[0] = MASKED | body.length
    else if (length.length === 3) length.writeUInt16BE(body.length, 1)
    else length.writeBigUInt64BE(BigInt(body.length), 1)
    if (length.length > 1) length[0] = MASKED | (length.length === 3 ? LENGTH_16 : LENGTH_64)
    const mask = Buffer.alloc(4) // of zeros: the bytes stay as they are
    this.socket.write(Buffer.concat([Buffer.of(FINAL | opcode), length, mask, body]))
  }

  /** The next frames of this kind, once there are so many. Rejects when the connection ends before. */
  async takeAll(count: number, op: string): Promise<readonly JsonFrame[]> {
    for (;;) {
      const found = this.frames.filter(frame => frame['op'] === op)
      if (found.length >= count) {
        for (const taken of found.slice(0, count)) this.frames.splice(this.frames.indexOf(taken), 1)
        return found.slice(0, count)
      }
      if (this.isOver) throw new Error(`closed with ${this.closeCode} and ${found.length} of ${count} ${op} frames`)
      await new Promise<void>(resolve => (this.wake = resolve))
    }
  }

  async next(op: string): Promise<JsonFrame> {
    const [frame] = await this.takeAll(1, op)
    return frame!
  }

  close(): void {
    this.socket.destroy()
  }

  private take(chunk: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, chunk])
    for (let frame = this.split(); frame !== null; frame = this.split()) {
      if (frame.opcode === OPCODE.text) this.frames.push(JSON.parse(frame.body.toString()) as JsonFrame)
      if (frame.opcode === OPCODE.close) this.closeCode = frame.body.readUInt16BE(0)
      if (frame.opcode === OPCODE.close) this.socket.end()
    }
    this.wake()
  }

  private split(): { readonly opcode: number; readonly body: Buffer } | null {
    const { bytes } = this
    if (bytes.length < 2) return null
    const short = bytes.readUInt8(1)
    const headBytes = short < LENGTH_16 ? 2 : short === LENGTH_16 ? 4 : 10
    if (bytes.length < headBytes) return null
    const length =
      short < LENGTH_16 ? short : short === LENGTH_16 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
    if (bytes.length < headBytes + length) return null
    this.bytes = bytes.subarray(headBytes + length)
    return { opcode: bytes.readUInt8(0) & 0x0f, body: bytes.subarray(headBytes, headBytes + length) }
  }
}
