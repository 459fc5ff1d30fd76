import { protocolError } from './frame-rules'
import { FrameFlag } from './frames'
import { blockIn, HeaderBlock } from './header-block'
import { FieldKind } from './hpack/header-field'
import type { HeaderList } from './hpack/header-list'
import { HpackDecoder } from './hpack/hpack-decoder'
import { ErrorCode, Http2StreamError } from './http2-error'

/** `isLast`: nothing comes after them. */
export type OnHeaders = (streamId: number, headers: HeaderList, isLast: boolean) => void

/** Headers of requests, and what comes behind requests, from the frames that bring them. */
export class RequestHeaders {
  private readonly decoder = new HpackDecoder()
  /** Of which more comes. */
  private open: HeaderBlock | null = null

  constructor(private readonly onHeaders: OnHeaders) {}

  /** Whose headers go on with the next frame; null: nobody's. */
  get openStreamId(): number | null {
    return this.open?.streamId ?? null
  }

  /** Takes HEADERS. Throws Http2ConnectionError, Http2StreamError. */
  begin(flags: number, streamId: number, payload: Buffer): void {
    if (streamId % 2 === 0) throw protocolError('streams of clients are odd')
    const isLast = (flags & FrameFlag.END_STREAM) !== 0
    this.open = new HeaderBlock(streamId, isLast, blockIn(payload, flags, streamId))
    this.endIf(flags)
  }

  /** Takes CONTINUATION. Throws Http2ConnectionError. */
  goOn(flags: number, payload: Buffer): void {
    if (this.open === null) throw protocolError('there are no headers to continue')
    this.open.add(payload)
    this.endIf(flags)
  }

  private endIf(flags: number): void {
    if (this.open === null || (flags & FrameFlag.END_HEADERS) === 0) return
    const { streamId, isLast, bytes } = this.open
    this.open = null
    this.onHeaders(streamId, this.decoder.decode(bytes), isLast) // read in any case: later ones refer to it
  }
}

const NEEDED = FieldKind.METHOD | FieldKind.SCHEME | FieldKind.PATH

/** Throws Http2StreamError. Source: RFC 9113, 8.2 and 8.3 */
export function requireRequest(streamId: number, headers: HeaderList): void {
  const fault = faultOf(headers)
  if (fault !== null) throw new Http2StreamError(streamId, ErrorCode.PROTOCOL_ERROR, fault)
}

/** The same of what comes behind a request. */
export function requireTrailers(streamId: number, { fields }: HeaderList, isLast: boolean): void {
  const wrong = fields.find(({ kind }) => kind !== FieldKind.REGULAR)
  if (isLast && wrong === undefined) return
  const fault = isLast ? `the trailer ${JSON.stringify(wrong?.name)} may not be there` : 'HEADERS within a request'
  throw new Http2StreamError(streamId, ErrorCode.PROTOCOL_ERROR, fault)
}

function faultOf({ fields }: HeaderList): string | null {
  let seen = 0
  let isBehindPseudo = false
  for (const { name, value, kind } of fields) {
    if (kind === FieldKind.WRONG) return `the header ${JSON.stringify(name)} may not be there, or not with its value`
    if (kind === FieldKind.REGULAR) {
      isBehindPseudo = true
      continue
    }
    if (isBehindPseudo) return `${name} comes after other headers`
    if ((seen & kind) !== 0) return `${name} is there twice`
    if (kind === FieldKind.PATH && value === '') return `${name} is empty`
    seen |= kind
  }
  return (seen & NEEDED) === NEEDED ? null : 'one of :method, :scheme and :path is missing'
}
