/** What clients hand back as it came: words that no one else has to read, safe in URLs. */
export function encodeOpaque(words: readonly (string | number)[]): string {
  return Buffer.from(words.join(' ')).toString('base64url')
}

/** None for what was not made by `encodeOpaque`. */
export function decodeOpaque(text: string): readonly string[] {
  const words = Buffer.from(text, 'base64url').toString().split(' ')
  return encodeOpaque(words) === text ? words : []
}
