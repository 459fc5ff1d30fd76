/** The candidate that `word` was most likely meant to be, or null if none is near: two letters or a third of it may differ. */
export function didYouMean(word: string, candidates: Iterable<string>): string | null {
  let nearest: string | null = null
  let nearestDistance = Math.max(Math.min(2, word.length - 1), Math.floor(word.length / 3)) + 1
  const wanted = word.toLowerCase()
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase())
    if (distance < nearestDistance) {
      nearest = candidate
      nearestDistance = distance
    }
  }
  return nearest
}

/** Insertions, deletions and replacements between two words (Levenshtein), one row at a time. */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    above = current
  }
  return above[to.length] ?? 0
}
