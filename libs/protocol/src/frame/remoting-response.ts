import { ResponseCode } from '../codes/response-code'
import type { OutgoingResponse } from '../outgoing-response'
import type { ExtFields } from './remoting-command'
import { FieldName, RESPONSE_HEAD_BYTES_MAX, ResponseHead, textBytesMax, textFieldBytesMax } from './response-head'

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
  private readonly fields: readonly (readonly [FieldName, string])[]
  private readonly onRelease: (() => void) | null

  constructor({ code, remark, extFields, body, bodyParts, release }: RemotingResponseParts) {
    this.code = code
    this.remark = remark ?? null
    this.extFields = extFields ?? null
    this.fields = Object.entries(extFields ?? {}).map(([name, value]) => [new FieldName(name), value])
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
    return this.fields.reduce(
      (sum, [name, value]) => sum + textFieldBytesMax(name, value),
      RESPONSE_HEAD_BYTES_MAX + textBytesMax(this.remark),
    )
  }

  writeHead(out: Buffer, at: number, opaque: number, serializeType: number): number {
    const head = new ResponseHead(out, at, serializeType)
    head.begin(this.code, opaque, this.remark, this.extFields !== null)
    for (const [name, value] of this.fields) head.text(name, value)
    return head.end(this.bodyBytes)
  }

  release(): void {
    this.onRelease?.()
  }
}
