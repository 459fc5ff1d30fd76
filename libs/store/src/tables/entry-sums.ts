import { crc32 } from 'node:zlib'

/** What tells whether the entries of a table are those that were written: how many, and the sum of their CRCs. */
export class EntrySums {
  private readonly crcs = new Map<string, number>()
  private crcSum = 0

  get count(): number {
    return this.crcs.size
  }

  /** An uint32. */
  get sum(): number {
    return this.crcSum
  }

  put(name: string, value: Buffer): void {
    this.remove(name)
    const crc = crc32(value, crc32(name)) | 0
    this.crcs.set(name, crc)
    this.crcSum = (this.crcSum + crc) >>> 0
  }

  remove(name: string): void {
    this.crcSum = (this.crcSum - (this.crcs.get(name) ?? 0)) >>> 0
    this.crcs.delete(name)
  }
}
