import { murmur3Low64 } from './murmur3'

export interface BloomFilterShape {
  /** Percent of the words not put in that may seem to be in, from 1 to 99. */
  readonly errorRatePercent: number
  /** Words that are to be put in. */
  readonly expectedCount: number
}

/**
 * Java's bloom filter: which bits of how many stand for a word. The bits themselves are its caller's.
 * Source: filter/util/BloomFilter.java
 */
export class BloomFilter {
  readonly bitCount: number
  readonly bitsPerWord: number

  constructor({ errorRatePercent, expectedCount }: BloomFilterShape) {
    const errorRate = errorRatePercent / 100
    this.bitsPerWord = Math.ceil(Math.log(errorRate) / Math.log(0.5))
    const logs = (Math.log(1 / errorRate) / Math.log(2)) * (Math.log(Math.E) / Math.log(2))
    this.bitCount = 8 * Math.ceil(Math.ceil(expectedCount * logs) / 8)
  }

  /** One of them may come twice. */
  bitsOf(word: string): readonly number[] {
    const hash = murmur3Low64(Buffer.from(word))
    const low = Number(BigInt.asIntN(32, hash))
    const high = Number(BigInt.asIntN(32, hash >> 32n))
    return Array.from({ length: this.bitsPerWord }, (_, index) => {
      const combined = (low + Math.imul(index + 1, high)) | 0
      return (combined < 0 ? ~combined : combined) % this.bitCount
    })
  }
}

/** Bits side by side, the lowest of a byte first. Source: filter/util/BitsArray.java */
export function setBits(bytes: Uint8Array, bits: readonly number[]): void {
  for (const bit of bits) bytes[bit >>> 3] = (bytes[bit >>> 3] as number) | (1 << (bit & 7))
}

export function hasBits(bytes: Uint8Array, bits: readonly number[]): boolean {
  return bits.every(bit => ((bytes[bit >>> 3] as number) & (1 << (bit & 7))) !== 0)
}
