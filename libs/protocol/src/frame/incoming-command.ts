import type { LanguageCode } from '../codes/language-code'
import { decodeBinaryHeader } from './binary-header'
import { checkFrame, CommandFlag, FRAME_HEADER_AT, SerializeType } from './frame-layout'
import { decodeJsonHeader } from './json-header'
import type { CommandHeader, ExtFields } from './remoting-command'

const NO_FIELDS: ExtFields = Object.freeze(Object.create(null) as Record<string, string>)

/** A view on one frame that arrived: what routes it is read at once, the rest when asked for. Borrows the frame's bytes. */
export class IncomingCommand {
  private constructor(
    /** The whole frame, its length word included. */
    readonly frame: Buffer,
    readonly serializeType: SerializeType,
    /** Where the header ends and the body begins. */
    readonly headerEnd: number,
    private readonly header: CommandHeader,
  ) {}

  /** Throws UndecodableFrameError. */
  static read(frame: Buffer): IncomingCommand {
    const serializeType = checkFrame(frame)
    const headerEnd = FRAME_HEADER_AT + frame.readUIntBE(5, 3)
    const headerBytes = frame.subarray(FRAME_HEADER_AT, headerEnd)
    const header =
      serializeType === SerializeType.JSON ? decodeJsonHeader(headerBytes) : decodeBinaryHeader(headerBytes)
    return new IncomingCommand(frame, serializeType, headerEnd, header)
  }

  get code(): number {
    return this.header.code
  }

  get opaque(): number {
    return this.header.opaque
  }

  get flag(): number {
    return this.header.flag
  }

  get version(): number {
    return this.header.version
  }

  /** Null for a language that Java does not know either. */
  get language(): LanguageCode | null {
    return this.header.language
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
    return this.header.extFields ?? NO_FIELDS
  }

  get remark(): string | null {
    return this.header.remark
  }

  /** Borrowed from the frame; null when it has no bytes. */
  get body(): Buffer | null {
    return this.headerEnd < this.frame.length ? this.frame.subarray(this.headerEnd) : null
  }

  /** The same command on bytes of its own, to keep beyond the borrowed frame. */
  retain(): IncomingCommand {
    return new IncomingCommand(Buffer.from(this.frame), this.serializeType, this.headerEnd, this.header)
  }
}
