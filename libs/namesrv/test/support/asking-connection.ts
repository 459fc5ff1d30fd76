import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { RemotingCommand, SerializeType, encodeFrame } from '@rocketmq-ts/protocol'
import { FrameSplitter } from '@rocketmq-ts/remoting'

export interface Question {
  readonly code: number
  readonly extFields?: Readonly<Record<string, string>> | null
  readonly body?: string | Buffer | null
  /** MQVersion of the one who asks. */
  readonly version?: number
}

/** An answer as its bytes are: the header's JSON text, and the body's text or null. */
export interface Answer {
  readonly header: string
  readonly body: string | null
}

const FRAME_BYTES_MAX = 32 * 1024 * 1024

/** A connection that asks one thing after the other. */
export class AskingConnection {
  private readonly splitter = new FrameSplitter(FRAME_BYTES_MAX)
  private readonly waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = []
  readonly closed: Promise<void>

  private constructor(private readonly socket: Socket) {
    this.closed = new Promise(resolve => void socket.once('close', () => resolve()))
    socket.on('error', () => undefined) // a reset is an end like any other here
    socket.on('close', () => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error('the connection was closed'))
    })
    socket.on('data', (chunk: Buffer) => {
      this.splitter.push(chunk)
      for (let frame = this.splitter.next(); frame !== null; frame = this.splitter.next()) {
        this.waiting.shift()?.resolve(answerOf(frame))
      }
    })
  }

  static open(port: number): Promise<AskingConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new AskingConnection(socket))
      })
    })
  }

  /** Resolves to the next answer; rejects when the other end closes instead. */
  ask({ code, extFields = null, body = null, version = 513 }: Question): Promise<Answer> {
    const command = RemotingCommand.request(code, extFields, typeof body === 'string' ? Buffer.from(body) : body)
    command.opaque = 7
    command.version = version
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject })
      this.socket.write(encodeFrame(command, SerializeType.JSON))
    })
  }

  async close(): Promise<void> {
    this.socket.destroy()
    await this.closed
  }
}

function answerOf(frame: Buffer): Answer {
  const headerEnd = 8 + frame.readUIntBE(5, 3)
  const body = headerEnd < frame.length ? frame.subarray(headerEnd).toString() : null
  return { header: frame.subarray(8, headerEnd).toString(), body }
}
