import { UndecodableFrameError } from './frame-error'

/**
 * One command on the wire; frames follow each other without a gap, either side may send any. Big-endian.
 *
 *   0             4               5              8            8+headerBytes
 *   | frameBytes  | serializeType | headerBytes  | header … | body …
 *   | int32       | byte          | uint24       |
 *
 * `frameBytes` counts what follows it. Source: remoting/protocol/RemotingCommand.java, remoting/netty/NettyDecoder.java.
 */
export const FRAME_HEADER_AT = 8

/** The whole frame with its length word; Java's com.rocketmq.remoting.frameMaxLength. */
export const FRAME_BYTES_MAX = 16_777_216

/** What its 24-bit length can say. */
export const HEADER_BYTES_MAX = 0xff_ffff

/** How a header is written; each frame says it of itself. */
export const SerializeType = { JSON: 0, ROCKETMQ: 1 } as const
export type SerializeType = (typeof SerializeType)[keyof typeof SerializeType]

/** Bits of the header's `flag`. */
export const CommandFlag = { RESPONSE: 1, ONEWAY: 2 } as const

/** The serialize type of a whole frame. Throws UndecodableFrameError unless its lengths hold and its type is known. */
export function checkFrame(frame: Buffer): SerializeType {
  if (frame.length < FRAME_HEADER_AT) throw new UndecodableFrameError(`a frame of ${frame.length} bytes`)
  if (int32At(frame, 0) !== frame.length - 4) {
    throw new UndecodableFrameError(`frame length ${int32At(frame, 0)} before ${frame.length - 4} bytes`)
  }
  if (endOfHeader(frame) > frame.length) throw new UndecodableFrameError('the header is longer than its frame')
  const serializeType = frame[4]
  if (serializeType !== SerializeType.JSON && serializeType !== SerializeType.ROCKETMQ) {
    throw new UndecodableFrameError(`serialize type ${serializeType ?? ''} is neither JSON nor ROCKETMQ`)
  }
  return serializeType
}

/** Where the header of a frame ends. */
export function endOfHeader(frame: Buffer): number {
  return FRAME_HEADER_AT + (int32At(frame, 4) & HEADER_BYTES_MAX)
}

/** A big-endian int32 that is known to lie within `bytes`: unlike `readInt32BE` it does not look again. */
export function int32At(bytes: Buffer, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  )
}
