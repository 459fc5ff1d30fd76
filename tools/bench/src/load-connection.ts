import * as net from 'node:net'

/** The few facts of a response that a load generator looks at. `bytes` is borrowed for the call. */
export interface LoadResponse {
  readonly code: number
  readonly opaque: number
  readonly bytes: Buffer
  /** Where the header begins and ends, and the body after it, in `bytes`. */
  readonly headerAt: number
  readonly headerEnd: number
  readonly frameEnd: number
}

/** One connection of the generator: frames go out as they are, responses come in with only code and opaque read. */
export class LoadConnection {
  /** Chunks of a frame that is not whole yet; joined once, when `wantedBytes` have arrived. */
  private chunks: Buffer[] = []
  private chunkBytes = 0
  private wantedBytes = 8

  private constructor(
    private readonly socket: net.Socket,
    private readonly onResponse: (response: LoadResponse) => void,
    /** Called once for all responses of one chunk, so that the next requests leave in one write. */
    private readonly onDrained: () => void,
    onFailed: (error: Error) => void,
  ) {
    socket.setNoDelay(true)
    socket.on('data', chunk => this.accept(chunk))
    socket.on('error', onFailed)
    socket.on('close', () => onFailed(new Error('the server closed the connection')))
  }

  static open(
    address: string,
    listener: { onResponse: (response: LoadResponse) => void; onDrained: () => void; onFailed: (error: Error) => void },
  ): Promise<LoadConnection> {
    const colon = address.lastIndexOf(':')
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)) })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new LoadConnection(socket, listener.onResponse, listener.onDrained, listener.onFailed))
      })
    })
  }

  write(bytes: Buffer): void {
    this.socket.write(bytes)
  }

  close(): void {
    this.socket.removeAllListeners('close')
    this.socket.on('error', () => undefined)
    this.socket.destroy()
  }

  private accept(chunk: Buffer): void {
    this.chunks.push(chunk)
    this.chunkBytes += chunk.length
    if (this.chunkBytes < this.wantedBytes) return
    const bytes = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks)
    const at = this.answerWhole(bytes)
    this.chunks = at < bytes.length ? [bytes.subarray(at)] : []
    this.chunkBytes = bytes.length - at
    this.onDrained()
  }

  /** Reads the frames that are whole and returns where the first that is not begins. */
  private answerWhole(bytes: Buffer): number {
    let at = 0
    this.wantedBytes = 8
    while (bytes.length - at >= 8) {
      const frameBytes = 4 + bytes.readInt32BE(at)
      if (bytes.length - at < frameBytes) {
        this.wantedBytes = frameBytes
        break
      }
      this.onResponse(readResponse(bytes, at, at + frameBytes))
      at += frameBytes
    }
    return at
  }
}

function readResponse(bytes: Buffer, at: number, frameEnd: number): LoadResponse {
  const mark = bytes.readUInt32BE(at + 4)
  const headerAt = at + 8
  const headerEnd = headerAt + (mark & 0xff_ffff)
  const isBinary = mark >>> 24 === 1
  const code = isBinary ? bytes.readInt16BE(headerAt) : numberAfter(bytes, '"code":', headerAt, headerEnd)
  const opaque = isBinary ? bytes.readInt32BE(headerAt + 5) : numberAfter(bytes, '"opaque":', headerAt, headerEnd)
  return { code, opaque, bytes, headerAt, headerEnd, frameEnd }
}

/** The whole number that follows `name` in a JSON header, or NaN. */
function numberAfter(bytes: Buffer, name: string, from: number, end: number): number {
  const found = bytes.indexOf(name, from, 'latin1')
  if (found < 0 || found >= end) return Number.NaN
  let at = found + name.length
  const isNegative = bytes[at] === 45
  if (isNegative) at += 1
  let value = 0
  for (let digit = (bytes[at] ?? 0) - 48; digit >= 0 && digit <= 9; digit = (bytes[(at += 1)] ?? 0) - 48) {
    value = value * 10 + digit
  }
  return isNegative ? -value : value
}

/** One field of a response's extFields as a text, JSON or binary headers; empty when it is not there. */
export function extFieldText({ bytes, headerAt, headerEnd }: LoadResponse, name: string): string {
  const quoted = `"${name}":"`
  const jsonAt = bytes.indexOf(quoted, headerAt, 'latin1')
  if (jsonAt >= 0 && jsonAt < headerEnd) {
    const textAt = jsonAt + quoted.length
    return bytes.toString('latin1', textAt, bytes.indexOf('"', textAt, 'latin1'))
  }
  const found = bytes.indexOf(name, headerAt, 'latin1')
  if (found < 0 || found >= headerEnd) return ''
  const lengthAt = found + name.length
  return bytes.toString('latin1', lengthAt + 4, lengthAt + 4 + bytes.readInt32BE(lengthAt))
}

/** One field of a response's extFields as a whole number, JSON or binary headers; NaN when it is not there. */
export function extFieldNumber(response: LoadResponse, name: string): number {
  const quoted = numberAfter(response.bytes, `"${name}":"`, response.headerAt, response.headerEnd)
  if (!Number.isNaN(quoted)) return quoted
  const text = extFieldText(response, name)
  return text === '' ? Number.NaN : Number(text)
}
