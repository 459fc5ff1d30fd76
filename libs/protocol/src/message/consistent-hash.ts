import { javaStringHashCode } from './java-string-hash'

const LCG_FACTOR = 2_862_933_555_777_941_757n
const TWO_TO_31 = 2 ** 31

/**
 * The bucket of a text that Java would choose too: messages of one group, or one lite topic, stay in one queue whichever
 * proxy sends them, and brokers know which. Jump consistent hash over a linear congruential generator, started with String.hashCode: Guava's Hashing.consistentHash.
 */
export function consistentHash(text: string, bucketCount: number): number {
  let state = BigInt.asUintN(64, BigInt(javaStringHashCode(text)))
  for (let bucket = 0; ;) {
    state = BigInt.asUintN(64, state * LCG_FACTOR + 1n)
    const fraction = (Number(state >> 33n) + 1) / TWO_TO_31
    const next = Math.trunc((bucket + 1) / fraction)
    if (next < 0 || next >= bucketCount) return bucket
    bucket = next
  }
}
