import { FrameFlag } from './frames'
import { ErrorCode, Http2ConnectionError, Http2StreamError } from './http2-error'

/** Of the headers of one request, as they come over the connection. */
const HEADER_BLOCK_BYTES_MAX = 65_536
/** In so many frames at most. */
const HEADER_BLOCK_FRAME_COUNT_MAX = 64

const PRIORITY_SIZE = 5

/** What HEADERS and the CONTINUATIONs after it bring together. */
export class HeaderBlock {
  private readonly parts: Buffer[]
  private size: number

  constructor(
    readonly streamId: number,
    /** Nothing comes after these headers. */
    readonly isLast: boolean,
    first: Buffer,
  ) {
    this.parts = [first]
    this.size = first.length
  }

  /** Throws Http2ConnectionError. */
  add(part: Buffer): void {
    this.parts.push(part)
    this.size += part.length
    if (this.size <= HEADER_BLOCK_BYTES_MAX && this.parts.length <= HEADER_BLOCK_FRAME_COUNT_MAX) return
    const text = `headers of more than ${HEADER_BLOCK_BYTES_MAX} bytes, or in more than ${HEADER_BLOCK_FRAME_COUNT_MAX} frames`
    throw new Http2ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, text)
  }

  get bytes(): Buffer {
    const [first, ...more] = this.parts as [Buffer, ...Buffer[]]
    return more.length === 0 ? first : Buffer.concat(this.parts)
  }
}

/** A payload without what fills it up. Throws Http2ConnectionError. */
export function withoutPadding(payload: Buffer, flags: number): Buffer {
  if ((flags & FrameFlag.PADDED) === 0) return payload
  const padding = payload[0] ?? payload.length
  if (padding < payload.length) return payload.subarray(1, payload.length - padding)
  throw new Http2ConnectionError(ErrorCode.PROTOCOL_ERROR, 'a frame has more padding than bytes')
}

/** The block in a HEADERS frame. Priorities are told to nobody. Throws Http2ConnectionError, Http2StreamError. */
export function blockIn(payload: Buffer, flags: number, streamId: number): Buffer {
  const bytes = withoutPadding(payload, flags)
  if ((flags & FrameFlag.PRIORITY) === 0) return bytes
  if (bytes.length < PRIORITY_SIZE) throw new Http2ConnectionError(ErrorCode.FRAME_SIZE_ERROR, 'HEADERS is too short')
  requireOther(bytes, streamId)
  return bytes.subarray(PRIORITY_SIZE)
}

/** A PRIORITY frame, or that part of HEADERS. Throws Http2StreamError. */
export function requireOther(priority: Buffer, streamId: number): void {
  if ((priority.readUInt32BE(0) & 0x7fff_ffff) !== streamId) return
  throw new Http2StreamError(streamId, ErrorCode.PROTOCOL_ERROR, 'a stream depends on itself')
}
