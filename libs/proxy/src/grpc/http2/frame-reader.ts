import { ErrorCode, Http2ConnectionError } from './http2-error'
import { FRAME_HEAD_SIZE, FRAME_PAYLOAD_SIZE, FrameType, INT31_MAX } from './frames'

/** Of one frame; `payload` is a view of what was read. */
export interface FrameListener {
  onFrame(type: number, flags: number, streamId: number, payload: Buffer): void
}

/** What every client says first. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const NOTHING = Buffer.alloc(0)

/** Cuts what a client sends into frames. Keeps less than one frame of 16 KiB. */
export class FrameReader {
  private rest: Buffer = NOTHING
  private hasBegun = false

  constructor(private readonly listener: FrameListener) {}

  /** Throws Http2ConnectionError, and what the listener throws. */
  take(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    let at = this.hasBegun ? 0 : this.takePreface(bytes)
    this.rest = NOTHING
    while (this.hasBegun && bytes.length - at >= FRAME_HEAD_SIZE) {
      const length = bytes.readUIntBE(at, 3)
      if (length > FRAME_PAYLOAD_SIZE) throw tooLong(length)
      const payloadAt = at + FRAME_HEAD_SIZE
      const end = payloadAt + length
      if (end > bytes.length) break
      const streamId = bytes.readUInt32BE(at + 5) & INT31_MAX
      const type = bytes[at + 3] as number
      at = end
      this.listener.onFrame(type, bytes[payloadAt - 5] as number, streamId, bytes.subarray(payloadAt, end))
    }
    if (at < bytes.length) this.rest = bytes.subarray(at)
  }

  /** Returns where the first frame begins: a SETTINGS frame, by which a client is known that speaks HTTP/2. */
  private takePreface(bytes: Buffer): number {
    const length = Math.min(bytes.length, PREFACE.length)
    if (bytes.compare(PREFACE, 0, length, 0, length) !== 0) throw notHttp2(bytes)
    if (bytes.length < PREFACE.length + FRAME_HEAD_SIZE) return 0
    if (bytes[PREFACE.length + 3] !== FrameType.SETTINGS) throw notHttp2(bytes)
    this.hasBegun = true
    return PREFACE.length
  }
}

const SHOWN_LENGTH = 24

function notHttp2(bytes: Buffer): Http2ConnectionError {
  const shown = JSON.stringify(bytes.toString('latin1', 0, SHOWN_LENGTH))
  return new Http2ConnectionError(ErrorCode.PROTOCOL_ERROR, `this port takes gRPC, which is HTTP/2; ${shown} is not`)
}

function tooLong(length: number): Http2ConnectionError {
  return new Http2ConnectionError(
    ErrorCode.FRAME_SIZE_ERROR,
    `a frame of ${length} bytes; ${FRAME_PAYLOAD_SIZE} are taken`,
  )
}
