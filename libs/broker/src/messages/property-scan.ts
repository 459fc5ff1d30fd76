import { javaStringHashCode } from '@rocketmq-ts/protocol'

/** What ends a key, and what ends a pair. */
const NAME_VALUE_SEPARATOR = 1
const PROPERTY_SEPARATOR = 2

/**
 * The properties that the broker looks at in a message that comes in; the numbers are bits of a set.
 * Source: common/message/MessageConst.java
 */
export const PropertyBit = {
  UNIQ_KEY: 1 << 0,
  TAGS: 1 << 1,
  KEYS: 1 << 2,
  WAIT: 1 << 3,
  DELAY: 1 << 4,
  TRAN_MSG: 1 << 5,
  POP_CK: 1 << 6,
  MSG_REGION: 1 << 7,
  TRACE_ON: 1 << 8,
  CLUSTER: 1 << 9,
  INNER_NUM: 1 << 10,
  REAL_TOPIC: 1 << 11,
  REAL_QID: 1 << 12,
  TIMER_OUT_MS: 1 << 13,
  TIMER_DELAY_SEC: 1 << 14,
  TIMER_DELAY_MS: 1 << 15,
  TIMER_DELIVER_MS: 1 << 16,
  TIMER_DEL_UNIQKEY: 1 << 17,
  __SHARDINGKEY: 1 << 18,
  _SYS_MSG_PRIORITY_: 1 << 19,
  __LITE_TOPIC: 1 << 20,
  INNER_MULTI_DISPATCH: 1 << 21,
  PGROUP: 1 << 22,
  __transactionId__: 1 << 23,
  TRANSACTION_CHECK_TIMES: 1 << 24,
  TRAN_PREPARED_QUEUE_OFFSET: 1 << 25,
  TIMER_ENQUEUE_MS: 1 << 26,
  TIMER_DEQUEUE_MS: 1 << 27,
  TIMER_ROLL_TIMES: 1 << 28,
} as const

export type PropertyBit = (typeof PropertyBit)[keyof typeof PropertyBit]

interface KnownKey {
  readonly bytes: Buffer
  readonly bit: number
  readonly index: number
}

/** Known keys by their length: few share one, so that a key is told apart by one or two comparisons. */
const knownKeysByLength: readonly (readonly KnownKey[] | undefined)[] = (() => {
  const byLength: KnownKey[][] = []
  for (const [index, [name, bit]] of Object.entries(PropertyBit).entries()) {
    const sameLength = (byLength[name.length] ??= [])
    sameLength.push({ bytes: Buffer.from(name), bit, index })
  }
  return byLength
})()

const knownKeyCount = Object.keys(PropertyBit).length
const noBytes = Buffer.alloc(0)

/**
 * Reads a properties string (`key 1 value 2`, repeated; the last 2 may be missing) in one pass over its bytes and
 * remembers where the values of the known keys are. As in Java a pair without key or value does not count, and the
 * later of two pairs with one key wins. One scan is used for one message after the other: it allocates nothing.
 * Source: common/message/MessageDecoder.java
 */
export class PropertyScan {
  /** What was read last, borrowed. */
  bytes: Buffer = noBytes
  /** The last pair is not closed: Java's clients leave its 2 away. */
  endsOpen = false
  private found = 0
  /** Every pair has a key and a value. */
  private isTidy = true
  private readonly valueStarts = new Int32Array(knownKeyCount)
  private readonly valueEnds = new Int32Array(knownKeyCount)

  /** The bytes are borrowed until the next `read`. */
  read(bytes: Buffer): void {
    this.bytes = bytes
    this.found = 0
    this.isTidy = true
    this.endsOpen = bytes.length > 0 && bytes[bytes.length - 1] !== PROPERTY_SEPARATOR
    const length = bytes.length
    let keyStart = 0
    while (keyStart < length) {
      let keyEnd = keyStart
      while (keyEnd < length && ((bytes[keyEnd] as number) - 1) >>> 0 > 1) keyEnd += 1
      let valueEnd = keyEnd
      while (valueEnd < length && bytes[valueEnd] !== PROPERTY_SEPARATOR) valueEnd += 1
      if (keyEnd > keyStart && valueEnd >= keyEnd + 2) this.remember(keyStart, keyEnd, valueEnd)
      else this.isTidy = false
      keyStart = valueEnd + 1
    }
  }

  has(bit: PropertyBit): boolean {
    return (this.found & bit) !== 0
  }

  /** True if at least one of the properties of the set is there. */
  hasAny(bits: number): boolean {
    return (this.found & bits) !== 0
  }

  /** The value of a property, or null. */
  text(bit: PropertyBit): string | null {
    if ((this.found & bit) === 0) return null
    const index = indexOf(bit)
    return this.bytes.toString('utf8', this.valueStarts[index], this.valueEnds[index])
  }

  /** As Java's Boolean.parseBoolean: `true` in any letter case; false also when the property is missing. */
  isTrue(bit: PropertyBit): boolean {
    if ((this.found & bit) === 0) return false
    const index = indexOf(bit)
    const at = this.valueStarts[index] as number
    const { bytes } = this
    return (
      this.valueEnds[index] === at + 4 &&
      ((bytes[at] as number) | 0x20) === 0x74 &&
      ((bytes[at + 1] as number) | 0x20) === 0x72 &&
      ((bytes[at + 2] as number) | 0x20) === 0x75 &&
      ((bytes[at + 3] as number) | 0x20) === 0x65
    )
  }

  /** Java's hash of the property TAGS, 0 without it. */
  tagsCode(): number {
    if ((this.found & PropertyBit.TAGS) === 0) return 0
    const index = indexOf(PropertyBit.TAGS)
    const end = this.valueEnds[index] as number
    let hash = 0
    for (let at = this.valueStarts[index] as number; at < end; at += 1) {
      const byte = this.bytes[at] as number
      if (byte > 0x7f) return javaStringHashCode(this.text(PropertyBit.TAGS) ?? '')
      hash = (Math.imul(hash, 31) + byte) | 0
    }
    return hash
  }

  /** `copyWithout` writes no more bytes than this. */
  bytesMaxWithout(dropped: number): number {
    return this.isKeptWhole(dropped) && !this.endsOpen ? this.bytes.length : this.bytes.length + 1
  }

  /**
   * Copies the properties into `out` at `at` and returns the end. Left out are the known keys in the set `dropped`, and
   * pairs without key or value, as Java loses them too; every pair copied is closed.
   */
  copyWithout(dropped: number, out: Buffer, at: number): number {
    const { bytes } = this
    let end = at
    if (this.isKeptWhole(dropped)) {
      end += bytes.copy(out, end)
      return this.endsOpen ? out.writeUInt8(PROPERTY_SEPARATOR, end) : end
    }
    for (let keyStart = 0; keyStart < bytes.length;) {
      let valueEnd = bytes.indexOf(PROPERTY_SEPARATOR, keyStart)
      if (valueEnd < 0) valueEnd = bytes.length
      const keyEnd = bytes.indexOf(NAME_VALUE_SEPARATOR, keyStart)
      const isPair = keyEnd > keyStart && keyEnd < valueEnd - 1
      if (isPair && (bitOf(bytes, keyStart, keyEnd) & dropped) === 0) {
        end += bytes.copy(out, end, keyStart, valueEnd)
        end = out.writeUInt8(PROPERTY_SEPARATOR, end)
      }
      keyStart = valueEnd + 1
    }
    return end
  }

  /** True if nothing is to be left out; then only the end may have to be closed. */
  isKeptWhole(dropped: number): boolean {
    return this.isTidy && (this.found & dropped) === 0
  }

  private remember(keyStart: number, keyEnd: number, valueEnd: number): void {
    const known = knownKeyAt(this.bytes, keyStart, keyEnd)
    if (known === null) return
    this.found |= known.bit
    this.valueStarts[known.index] = keyEnd + 1
    this.valueEnds[known.index] = valueEnd
  }
}

function indexOf(bit: PropertyBit): number {
  return 31 - Math.clz32(bit)
}

function bitOf(bytes: Buffer, keyStart: number, keyEnd: number): number {
  return knownKeyAt(bytes, keyStart, keyEnd)?.bit ?? 0
}

function knownKeyAt(bytes: Buffer, keyStart: number, keyEnd: number): KnownKey | null {
  const candidates = knownKeysByLength[keyEnd - keyStart]
  if (candidates === undefined) return null
  for (const candidate of candidates) if (isAt(bytes, keyStart, candidate.bytes)) return candidate
  return null
}

function isAt(bytes: Buffer, at: number, wanted: Buffer): boolean {
  for (let index = 0; index < wanted.length; index += 1) if (bytes[at + index] !== wanted[index]) return false
  return true
}
