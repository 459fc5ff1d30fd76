import { ErrorCode, Http2ConnectionError } from '../http2-error'

/** Bits of the code of each character and of the end, 5 to 30, a digit of base 36 each. Source: RFC 7541, Appendix B */
const codeLengths =
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca' +
  'd67777777777777777777777878djde6f56565666577666567655677777fbeds' +
  'kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn' +
  'qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrqu'
const END = 256
/** Of a string, at its end, at most. */
const PADDING_BITS = 7

/**
 * The codes as a tree: a node is two numbers, where to go with a bit of 0 and of 1; one below zero is the character
 * `~number`. Codes are given out in the order of their lengths, and within one of the characters.
 */
const tree = grown()

function grown(): Int16Array {
  const lengths = Array.from(codeLengths, digit => parseInt(digit, 36))
  const byLength = lengths.map((length, character) => ({ length, character })).sort((a, b) => a.length - b.length)
  const nodes: [number, number][] = [[0, 0]]
  let code = 0
  let codeLength = 0
  for (const { length, character } of byLength) {
    code *= 2 ** (length - codeLength)
    codeLength = length
    let node = 0
    for (let bit = length - 1; bit > 0; bit -= 1) {
      const side = Math.floor(code / 2 ** bit) % 2 === 0 ? 0 : 1
      const branches = nodes[node] as [number, number]
      if (branches[side] === 0) branches[side] = nodes.push([0, 0]) - 1
      node = branches[side]
    }
    ;(nodes[node] as [number, number])[code % 2 === 0 ? 0 : 1] = ~character
    code += 1
  }
  return Int16Array.from(nodes.flat())
}

/** Writes what `bytes` from `at` to `end` stand for into `target`, which has room for 8 bytes for 5; returns how many bytes. */
export function decodeHuffman(bytes: Buffer, at: number, end: number, target: Buffer): number {
  let length = 0
  let node = 0
  let codeBits = 0
  let isPadding = true
  for (let index = at; index < end; index += 1) {
    const byte = bytes[index] as number
    for (let bit = 7; bit >= 0; bit -= 1) {
      const side = (byte >>> bit) & 1
      const next = tree[node * 2 + side] as number
      if (next < 0) {
        if (~next === END) throw wrong('a string says where it ends')
        target[length] = ~next
        length += 1
        node = 0
        codeBits = 0
        isPadding = true
      } else {
        node = next
        codeBits += 1
        if (side === 0) isPadding = false
      }
    }
  }
  if (codeBits > PADDING_BITS || !isPadding) throw wrong('a string ends within a character')
  return length
}

/** Longer no decoded string of so many bytes is. */
export function decodedLengthMax(encodedLength: number): number {
  return Math.ceil((encodedLength * 8) / 5)
}

function wrong(text: string): Http2ConnectionError {
  return new Http2ConnectionError(ErrorCode.COMPRESSION_ERROR, text)
}
