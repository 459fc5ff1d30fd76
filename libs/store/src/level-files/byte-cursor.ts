import { CorruptDataError } from '@rocketmq-ts/base'

/** Takes values off bytes, one after the other. Throws CorruptDataError where the bytes end before. */
export class ByteCursor {
  constructor(
    private readonly bytes: Buffer,
    public at = 0,
    private readonly endAt = bytes.length,
  ) {}

  get isAtEnd(): boolean {
    return this.at >= this.endAt
  }

  byte(): number {
    if (this.isAtEnd) throw new CorruptDataError('the bytes end too early')
    this.at += 1
    return this.bytes[this.at - 1] as number
  }

  /** Seven bits a byte, the lowest first. */
  varint(): number {
    let value = 0
    for (let scale = 1; scale < 2 ** 63; scale *= 128) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80 && Number.isSafeInteger(value)) return value
      if (byte < 0x80) break
    }
    throw new CorruptDataError('a number is too large')
  }

  /** A view. */
  take(length: number): Buffer {
    if (this.at + length > this.endAt) throw new CorruptDataError('the bytes end too early')
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  /** A view of bytes that have their length before them. */
  takeCounted(): Buffer {
    return this.take(this.varint())
  }
}
