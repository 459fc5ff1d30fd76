import assert from 'node:assert'
import { LanguageCode } from '../codes/language-code'
import { decodeBinaryExtFields, scanBinaryHeader } from './binary-header'
import { checkFrame, CommandFlag, endOfHeader, FRAME_HEADER_AT, SerializeType } from './frame-layout'
import { JsonHeaderScan } from './json-header-scan'
import { jsonTextToString } from './json-text'
import { decodeFrame, encodeFrame, type ExtFields } from './remoting-command'

/** What a header says, and where in the frame the parts lie that are read when asked for. */
export interface HeaderScan {
  readonly code: number
  readonly language: LanguageCode | null
  readonly version: number
  readonly opaque: number
  readonly flag: number
  /** Begin and end of the remark's bytes; -1 when there is none. */
  readonly remarkAt: number
  readonly remarkEnd: number
  /** Begin and end of the extFields' bytes (JSON: with the braces); -1 when there are none. */
  readonly extFieldsAt: number
  readonly extFieldsEnd: number
}

const NO_FIELDS: ExtFields = Object.freeze(Object.create(null) as Record<string, string>)

/**
 * A view on one frame that arrived: what routes it is read at once, the rest when asked for. Borrows the frame's bytes.
 */
export class IncomingCommand {
  private decodedExtFields: ExtFields | null = null
  private slicedBody: Buffer | null = null

  private constructor(
    /** The whole frame, its length word included. */
    readonly frame: Buffer,
    readonly serializeType: SerializeType,
    /** Where the header ends and the body begins. */
    readonly headerEnd: number,
    /** Where the parts of the header lie, for readers of hot headers. */
    readonly scan: HeaderScan,
  ) {}

  /** Throws UndecodableFrameError. */
  static read(frame: Buffer): IncomingCommand {
    const serializeType = checkFrame(frame)
    const headerEnd = endOfHeader(frame)
    if (serializeType === SerializeType.ROCKETMQ) {
      return new IncomingCommand(frame, serializeType, headerEnd, scanBinaryHeader(frame, FRAME_HEADER_AT, headerEnd))
    }
    const scan = new JsonHeaderScan(frame, FRAME_HEADER_AT, headerEnd)
    return scan.run() ? new IncomingCommand(frame, serializeType, headerEnd, scan) : IncomingCommand.readUnusual(frame)
  }

  get code(): number {
    return this.scan.code
  }

  get opaque(): number {
    return this.scan.opaque
  }

  get flag(): number {
    return this.scan.flag
  }

  get version(): number {
    return this.scan.version
  }

  /** Null for a language that Java does not know either. */
  get language(): LanguageCode | null {
    return this.scan.language
  }

  get isResponse(): boolean {
    return (this.flag & CommandFlag.RESPONSE) !== 0
  }

  get isOneway(): boolean {
    return (this.flag & CommandFlag.ONEWAY) !== 0
  }

  /** Where the header begins in `frame`. */
  get headerAt(): number {
    return FRAME_HEADER_AT
  }

  /** All fields by name; empty when there are none. */
  get extFields(): ExtFields {
    this.decodedExtFields ??= this.decodeExtFields()
    return this.decodedExtFields
  }

  get remark(): string | null {
    const { remarkAt, remarkEnd } = this.scan
    if (remarkAt < 0) return null
    return this.serializeType === SerializeType.JSON
      ? jsonTextToString(this.frame, remarkAt, remarkEnd)
      : this.frame.toString('utf8', remarkAt, remarkEnd)
  }

  /** Borrowed from the frame; null when it has no bytes. */
  get body(): Buffer | null {
    if (this.headerEnd === this.frame.length) return null
    this.slicedBody ??= this.frame.subarray(this.headerEnd)
    return this.slicedBody
  }

  /** The same command on bytes of its own, to keep beyond the borrowed frame. */
  retain(): IncomingCommand {
    return IncomingCommand.read(Buffer.from(this.frame))
  }

  private decodeExtFields(): ExtFields {
    const { extFieldsAt, extFieldsEnd } = this.scan
    if (extFieldsAt < 0) return NO_FIELDS
    if (this.serializeType === SerializeType.ROCKETMQ) {
      return decodeBinaryExtFields(this.frame, extFieldsAt, extFieldsEnd)
    }
    const fields = JSON.parse(this.frame.toString('utf8', extFieldsAt, extFieldsEnd)) as Record<string, string>
    return Object.setPrototypeOf(fields, null) as ExtFields
  }

  /** A JSON header that only the generic reader knows is written anew, in the form that all the rest relies on. */
  private static readUnusual(unusual: Buffer): IncomingCommand {
    const command = decodeFrame(unusual)
    command.language ??= LanguageCode.OTHER
    const frame = encodeFrame(command, SerializeType.JSON)
    const scan = new JsonHeaderScan(frame, FRAME_HEADER_AT, endOfHeader(frame))
    assert(scan.run(), 'a header of our own is the usual one')
    return new IncomingCommand(frame, SerializeType.JSON, endOfHeader(frame), scan)
  }
}
