import { LanguageCode } from '../codes/language-code'
import { MQ_VERSION } from '../codes/mq-version'
import { ResponseCode } from '../codes/response-code'
import type { OutgoingResponse } from '../outgoing-response'
import { encodeBinaryHeader } from './binary-header'
import { CommandFlag, FRAME_HEADER_AT, SerializeType } from './frame-layout'
import { encodeJsonHeader } from './json-header'
import type { ExtFields } from './remoting-command'

export interface RemotingResponseParts {
  readonly code: number
  readonly remark?: string | null
  /** `{}` writes an empty object, as Java does for a header class without values; null writes none. */
  readonly extFields?: ExtFields | null
  readonly body?: Buffer | null
  /** Instead of `body`: several buffers that need not be joined. */
  readonly bodyParts?: readonly Buffer[]
  /** Called once the body parts are no longer needed. */
  readonly release?: () => void
}

const NO_PARTS: readonly Buffer[] = []

/** A response of any code but the hot ones. */
export class RemotingResponse implements OutgoingResponse {
  readonly code: number
  readonly remark: string | null
  readonly extFields: ExtFields | null
  readonly bodyParts: readonly Buffer[]
  readonly bodyBytes: number
  private readonly onRelease: (() => void) | null

  constructor({ code, remark, extFields, body, bodyParts, release }: RemotingResponseParts) {
    this.code = code
    this.remark = remark ?? null
    this.extFields = extFields ?? null
    this.bodyParts = bodyParts ?? (body === null || body === undefined ? NO_PARTS : [body])
    this.bodyBytes = this.bodyParts.reduce((sum, part) => sum + part.length, 0)
    this.onRelease = release ?? null
  }

  static success(extFields: ExtFields | null = null, body: Buffer | null = null): RemotingResponse {
    return new RemotingResponse({ code: ResponseCode.SUCCESS, extFields, body })
  }

  static refusal(code: number, remark: string): RemotingResponse {
    return new RemotingResponse({ code, remark })
  }

  headBytesMax(): number {
    return (
      FRAME_HEADER_AT +
      Math.max(
        this.encodeHeader(0, SerializeType.JSON).length + 10,
        this.encodeHeader(0, SerializeType.ROCKETMQ).length,
      )
    )
  }

  writeHead(out: Buffer, at: number, opaque: number, serializeType: number): number {
    const header = this.encodeHeader(opaque, serializeType)
    out.writeInt32BE(4 + header.length + this.bodyBytes, at)
    out.writeUInt32BE(serializeType * 0x100_0000 + header.length, at + 4)
    out.set(header, at + FRAME_HEADER_AT)
    return at + FRAME_HEADER_AT + header.length
  }

  release(): void {
    this.onRelease?.()
  }

  private encodeHeader(opaque: number, serializeType: number): Buffer {
    const header = {
      code: this.code,
      language: LanguageCode.JAVA,
      version: MQ_VERSION,
      opaque,
      flag: CommandFlag.RESPONSE,
      remark: this.remark,
      extFields: this.extFields,
    }
    return serializeType === SerializeType.JSON ? encodeJsonHeader(header) : encodeBinaryHeader(header)
  }
}
