/** Longer texts are faster by way of the runtime. */
const LOOPED_LENGTH = 64

/** Writes a text in UTF-8 at `at` and returns its end. Made for names and ids: short and, as a rule, ASCII. */
export function writeText(out: Buffer, at: number, text: string): number {
  const { length } = text
  if (length > LOOPED_LENGTH) return at + out.write(text, at)
  for (let index = 0; index < length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit >= 0x80) return at + out.write(text, at)
    out[at + index] = unit
  }
  return at + length
}
