/** That bring nothing, one after the other, before no more is waited for. */
const EMPTY_RECEIVES_MAX = 4

/** What of the wanted bodies has not come when nothing comes any more. Others may come too, and any of them twice. */
export async function missingAfter(
  wanted: readonly string[],
  receive: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const missing = new Set(wanted)
  let emptyCount = 0
  while (missing.size > 0 && emptyCount < EMPTY_RECEIVES_MAX) {
    const bodies = await receive()
    emptyCount = bodies.length === 0 ? emptyCount + 1 : 0
    bodies.forEach(body => missing.delete(body))
  }
  return [...missing]
}
