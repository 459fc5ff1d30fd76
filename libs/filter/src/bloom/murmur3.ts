const MASK = (1n << 64n) - 1n
const C1 = 0x87c3_7b91_1142_53d5n
const C2 = 0x4cf5_ad43_2745_937fn

/** The lower 64 bits of MurmurHash3 x64 128 with seed 0. For what is rarely hashed: BigInts are slow. */
export function murmur3Low64(bytes: Buffer): bigint {
  let h1 = 0n
  let h2 = 0n
  const blocksEnd = bytes.length - (bytes.length % 16)
  for (let at = 0; at < blocksEnd; at += 16) {
    h1 = (rotated(h1 ^ mixed1(bytes.readBigUInt64LE(at)), 27n) + h2) & MASK
    h1 = (h1 * 5n + 0x52dc_e729n) & MASK
    h2 = (rotated(h2 ^ mixed2(bytes.readBigUInt64LE(at + 8)), 31n) + h1) & MASK
    h2 = (h2 * 5n + 0x3849_5ab5n) & MASK
  }
  const tail = Buffer.alloc(16)
  bytes.copy(tail, 0, blocksEnd)
  h1 ^= mixed1(tail.readBigUInt64LE(0))
  h2 ^= mixed2(tail.readBigUInt64LE(8))
  const length = BigInt(bytes.length)
  h1 = ((h1 ^ length) + (h2 ^ length)) & MASK
  h2 = ((h2 ^ length) + h1) & MASK
  return (finished(h1) + finished(h2)) & MASK
}

function rotated(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK
}

function mixed1(block: bigint): bigint {
  return (rotated((block * C1) & MASK, 31n) * C2) & MASK
}

function mixed2(block: bigint): bigint {
  return (rotated((block * C2) & MASK, 33n) * C1) & MASK
}

function finished(value: bigint): bigint {
  let mixed = value ^ (value >> 33n)
  mixed = (mixed * 0xff51_afd7_ed55_8ccdn) & MASK
  mixed ^= mixed >> 33n
  mixed = (mixed * 0xc4ce_b9fe_1a85_ec53n) & MASK
  return mixed ^ (mixed >> 33n)
}
