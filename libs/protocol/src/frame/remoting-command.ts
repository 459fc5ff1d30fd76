import { LanguageCode } from '../codes/language-code'
import { MQ_VERSION } from '../codes/mq-version'
import { binaryHeaderBytesMax, decodeBinaryHeader, writeBinaryHeader } from './binary-header'
import { UndecodableFrameError } from './frame-error'
import { checkFrame, CommandFlag, endOfHeader, FRAME_HEADER_AT, HEADER_BYTES_MAX, SerializeType } from './frame-layout'
import { decodeJsonHeader, encodeJsonHeader } from './json-header'

export type ExtFields = Readonly<Record<string, string>>

/** The header of a command, however it is written. */
export interface CommandHeader {
  code: number
  language: LanguageCode | null
  version: number
  opaque: number
  flag: number
  remark: string | null
  /** The fields that are special to the code; null when there is no such object on the wire. */
  extFields: ExtFields | null
}

/** A request or response as a plain value: for building one, or for reading one without hurry. */
export class RemotingCommand implements CommandHeader {
  language: LanguageCode | null = LanguageCode.JAVA
  version: number = MQ_VERSION
  opaque = 0
  flag = 0
  remark: string | null = null
  extFields: ExtFields | null = null
  body: Buffer | null = null

  constructor(public code: number) {}

  static request(code: number, extFields: ExtFields | null = null, body: Buffer | null = null): RemotingCommand {
    const command = new RemotingCommand(code)
    command.extFields = extFields
    command.body = body
    return command
  }

  get isResponse(): boolean {
    return (this.flag & CommandFlag.RESPONSE) !== 0
  }

  get isOneway(): boolean {
    return (this.flag & CommandFlag.ONEWAY) !== 0
  }
}

const NO_BYTES = Buffer.alloc(0)

/** A whole frame, its length word included. Throws UndecodableFrameError when the header is too long for its length. */
export function encodeFrame(command: RemotingCommand, serializeType: SerializeType): Buffer {
  return serializeType === SerializeType.JSON ? encodeJsonFrame(command) : encodeBinaryFrame(command)
}

function encodeJsonFrame(command: RemotingCommand): Buffer {
  const header = encodeJsonHeader(command)
  const lengths = Buffer.alloc(FRAME_HEADER_AT)
  writeLengths(lengths, { serializeType: SerializeType.JSON, headerBytes: header.length, body: command.body })
  return Buffer.concat([lengths, header, command.body ?? NO_BYTES])
}

/** In one go, as every request of a proxy passes here. */
function encodeBinaryFrame(command: RemotingCommand): Buffer {
  const { body } = command
  const frame = Buffer.allocUnsafe(FRAME_HEADER_AT + binaryHeaderBytesMax(command) + (body?.length ?? 0))
  const headerEnd = writeBinaryHeader(command, frame, FRAME_HEADER_AT)
  const headerBytes = headerEnd - FRAME_HEADER_AT
  writeLengths(frame, { serializeType: SerializeType.ROCKETMQ, headerBytes, body })
  if (body !== null) frame.set(body, headerEnd)
  return frame.subarray(0, headerEnd + (body?.length ?? 0))
}

interface FrameParts {
  readonly serializeType: SerializeType
  readonly headerBytes: number
  readonly body: Buffer | null
}

function writeLengths(frame: Buffer, { serializeType, headerBytes, body }: FrameParts): void {
  if (headerBytes > HEADER_BYTES_MAX) throw new UndecodableFrameError(`a header of ${headerBytes} bytes`)
  frame.writeInt32BE(4 + headerBytes + (body?.length ?? 0), 0)
  frame.writeUInt32BE(serializeType * 0x100_0000 + headerBytes, 4)
}

/** Reads one whole frame; the body is borrowed from it, null when it has no bytes. Throws UndecodableFrameError. */
export function decodeFrame(frame: Buffer): RemotingCommand {
  const serializeType = checkFrame(frame)
  const headerEnd = endOfHeader(frame)
  const headerBytes = frame.subarray(FRAME_HEADER_AT, headerEnd)
  const header = serializeType === SerializeType.JSON ? decodeJsonHeader(headerBytes) : decodeBinaryHeader(headerBytes)
  const command = new RemotingCommand(header.code)
  Object.assign(command, header)
  command.body = headerEnd < frame.length ? frame.subarray(headerEnd) : null
  return command
}
