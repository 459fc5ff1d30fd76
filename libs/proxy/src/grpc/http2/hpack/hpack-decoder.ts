import { ErrorCode, Http2ConnectionError } from '../http2-error'
import { DynamicTable, sizeOf } from './dynamic-table'
import { headerField } from './header-field'
import type { HeaderField } from './header-field'
import { HeaderList } from './header-list'
import { decodedLengthMax, decodeHuffman } from './huffman'
import { staticTable } from './static-table'

/** Of the fields that a client may refer to: what it takes us to have, unless we say otherwise. */
export const HEADER_TABLE_SIZE = 4096
/** What a request says of itself, with 32 bytes for each header. */
export const HEADER_LIST_BYTES_MAX = 65_536

/** Numbers of more bytes than this, after the first, are of nothing that could be here. */
const INTEGER_BYTES_MAX = 4

/** Reads header blocks, one after the other: each may refer to fields of those before. Source: RFC 7541 */
export class HpackDecoder {
  private readonly table = new DynamicTable(HEADER_TABLE_SIZE)
  private block: Buffer = Buffer.alloc(0)
  private at = 0

  /** Throws Http2ConnectionError: nothing that comes after could be read. */
  decode(block: Buffer): HeaderList {
    this.block = block
    this.at = 0
    const list = new HeaderList()
    let bytes = 0
    while (this.at < block.length) {
      const field = this.next(list.fields.length === 0)
      if (field === null) continue
      bytes += sizeOf(field)
      if (bytes > HEADER_LIST_BYTES_MAX) {
        const text = `headers of more than ${HEADER_LIST_BYTES_MAX} bytes`
        throw new Http2ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, text)
      }
      list.fields.push(field)
    }
    return list
  }

  /** Null: nothing but a change of the table. */
  private next(mayResize: boolean): HeaderField | null {
    const byte = this.block[this.at] as number
    if (byte >= 0x80) return this.fieldAt(this.integer(7))
    if (byte >= 0x40) {
      const field = this.literal(6)
      this.table.add(field)
      return field
    }
    if (byte < 0x20) return this.literal(4)
    if (!mayResize) throw wrong('the size of the table changes within headers')
    const size = this.integer(5)
    if (size > HEADER_TABLE_SIZE) throw wrong(`a table of ${size} bytes; ${HEADER_TABLE_SIZE} were offered`)
    this.table.resize(size)
    return null
  }

  private fieldAt(index: number): HeaderField {
    const field = index <= staticTable.length ? staticTable[index - 1] : this.table.at(index - staticTable.length - 1)
    if (field === undefined) throw wrong(`there is no field ${index}`)
    return field
  }

  private literal(prefixBits: number): HeaderField {
    const index = this.integer(prefixBits)
    const name = index === 0 ? this.text() : this.fieldAt(index).name
    return headerField(name, this.text())
  }

  private text(): string {
    const isHuffman = ((this.block[this.at] ?? 0) & 0x80) !== 0
    const length = this.integer(7)
    const begin = this.at
    const end = begin + length
    if (end > this.block.length) throw wrong('a string goes beyond its block')
    this.at = end
    if (!isHuffman) return this.block.toString('latin1', begin, end)
    const target = Buffer.allocUnsafe(decodedLengthMax(length))
    return target.toString('latin1', 0, decodeHuffman(this.block, begin, end, target))
  }

  private integer(prefixBits: number): number {
    const prefixMax = 2 ** prefixBits - 1
    let value = this.byte() & prefixMax
    if (value < prefixMax) return value
    for (let index = 0; index < INTEGER_BYTES_MAX; index += 1) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** (7 * index)
      if (byte < 0x80) return value
    }
    throw wrong('a number is too large')
  }

  private byte(): number {
    const byte = this.block[this.at]
    if (byte === undefined) throw wrong('a block breaks off')
    this.at += 1
    return byte
  }
}

function wrong(text: string): Http2ConnectionError {
  return new Http2ConnectionError(ErrorCode.COMPRESSION_ERROR, text)
}
