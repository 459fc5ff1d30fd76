import { javaStringHashCode } from '@rocketmq-ts/protocol'

const SEPARATOR = '#'

/** What the hash of a key is made of: the topic and the key. */
export function indexedText(topic: string, key: string): string {
  return `${topic}${SEPARATOR}${key}`
}

/** The hash by which an index knows a key. Source: store/index/IndexFile.java (indexKeyHashMethod) */
export function keyHashOf(text: string): number {
  return toKeyHash(javaStringHashCode(text))
}

/** A Java hash code without its sign, as an index has it; that of -2^31 has none in 32 bits and is 0. */
export function toKeyHash(hashCode: number): number {
  const positive = Math.abs(hashCode)
  return positive > 0x7fff_ffff ? 0 : positive
}

/**
 * Java's hash code of a text that goes on with UTF-8 bytes, made without a string as long as they are ASCII. `hashCode` is
 * that of what comes before, 0 for nothing.
 */
export function hashCodeOn(hashCode: number, bytes: Buffer, from: number, until: number): number {
  let hash = hashCode
  let seenBits = 0
  for (let at = from; at < until; at += 1) {
    const byte = bytes[at] as number
    seenBits |= byte
    hash = (Math.imul(hash, 31) + byte) | 0
  }
  return seenBits < 0x80 ? hash : hashCodeOnText(hashCode, bytes.toString('utf8', from, until))
}

function hashCodeOnText(hashCode: number, text: string): number {
  let hash = hashCode
  for (let index = 0; index < text.length; index += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  return hash
}
