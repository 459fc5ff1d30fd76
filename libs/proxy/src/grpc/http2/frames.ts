import type { ErrorCode } from './http2-error'

/*
 * Frames of HTTP/2, as they go over a connection:
 *
 *   | length (3) | type (1) | flags (1) | stream (4) | payload (length) |
 *
 * Source: RFC 9113, 4.1 and 6
 */

export const FrameType = {
  DATA: 0x0,
  HEADERS: 0x1,
  PRIORITY: 0x2,
  RST_STREAM: 0x3,
  SETTINGS: 0x4,
  PUSH_PROMISE: 0x5,
  PING: 0x6,
  GOAWAY: 0x7,
  WINDOW_UPDATE: 0x8,
  CONTINUATION: 0x9,
} as const

export const FrameFlag = { ACK: 0x1, END_STREAM: 0x1, END_HEADERS: 0x4, PADDED: 0x8, PRIORITY: 0x20 } as const

export const SettingId = {
  HEADER_TABLE_SIZE: 0x1,
  ENABLE_PUSH: 0x2,
  MAX_CONCURRENT_STREAMS: 0x3,
  INITIAL_WINDOW_SIZE: 0x4,
  MAX_FRAME_SIZE: 0x5,
  MAX_HEADER_LIST_SIZE: 0x6,
} as const

export const FRAME_HEAD_SIZE = 9
/** Of a payload, unless the receiver says that it takes more. */
export const FRAME_PAYLOAD_SIZE = 16_384
/** Of either side, unless it says otherwise. */
export const WINDOW_SIZE = 65_535
/** The greatest number of 31 bits. */
export const INT31_MAX = 0x7fff_ffff

const SETTING_SIZE = 6

/** Returns where the payload begins. */
export function writeFrameHead(
  bytes: Buffer,
  at: number,
  { length, type, flags, streamId }: { length: number; type: number; flags: number; streamId: number },
): number {
  bytes[at] = length >>> 16
  bytes[at + 1] = length >>> 8
  bytes[at + 2] = length
  bytes[at + 3] = type
  bytes[at + 4] = flags
  bytes.writeUInt32BE(streamId, at + 5)
  return at + FRAME_HEAD_SIZE
}

function frame(type: number, flags: number, streamId: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEAD_SIZE + length)
  writeFrameHead(bytes, 0, { length, type, flags, streamId })
  return bytes
}

export function settingsFrame(settings: readonly (readonly [id: number, value: number])[]): Buffer {
  const bytes = frame(FrameType.SETTINGS, 0, 0, settings.length * SETTING_SIZE)
  let at = FRAME_HEAD_SIZE
  for (const [id, value] of settings) {
    bytes.writeUInt16BE(id, at)
    bytes.writeUInt32BE(value, at + 2)
    at += SETTING_SIZE
  }
  return bytes
}

export function settingsAckFrame(): Buffer {
  return frame(FrameType.SETTINGS, FrameFlag.ACK, 0, 0)
}

export function pingFrame(payload: Buffer, flags: number): Buffer {
  const bytes = frame(FrameType.PING, flags, 0, payload.length)
  payload.copy(bytes, FRAME_HEAD_SIZE)
  return bytes
}

export function goAwayFrame(lastStreamId: number, errorCode: ErrorCode, text = ''): Buffer {
  const debugData = Buffer.from(text)
  const bytes = frame(FrameType.GOAWAY, 0, 0, 8 + debugData.length)
  bytes.writeUInt32BE(lastStreamId, FRAME_HEAD_SIZE)
  bytes.writeUInt32BE(errorCode, FRAME_HEAD_SIZE + 4)
  debugData.copy(bytes, FRAME_HEAD_SIZE + 8)
  return bytes
}

export function rstStreamFrame(streamId: number, errorCode: ErrorCode): Buffer {
  const bytes = frame(FrameType.RST_STREAM, 0, streamId, 4)
  bytes.writeUInt32BE(errorCode, FRAME_HEAD_SIZE)
  return bytes
}

export function windowUpdateFrame(streamId: number, increment: number): Buffer {
  const bytes = frame(FrameType.WINDOW_UPDATE, 0, streamId, 4)
  bytes.writeUInt32BE(increment, FRAME_HEAD_SIZE)
  return bytes
}

/** The settings of a SETTINGS frame, whose payload is a multiple of 6 bytes. */
export function* settingsIn(payload: Buffer): Iterable<readonly [id: number, value: number]> {
  for (let at = 0; at < payload.length; at += SETTING_SIZE) {
    yield [payload.readUInt16BE(at), payload.readUInt32BE(at + 2)]
  }
}
