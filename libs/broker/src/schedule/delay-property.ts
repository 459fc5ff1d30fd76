import { MessageIllegalError } from '../messages/refusals'

/**
 * The level that a message asks for by its property DELAY; 0 or less, or no property, means now. Throws
 * MessageIllegalError for what is no number, where Java fails with a NumberFormatException.
 */
export function delayLevelIn(property: string | null): number {
  if (property === null) return 0
  const level = /^[+-]?\d+$/.test(property) ? Number(property) : Number.NaN
  if (level !== (level | 0)) throw new MessageIllegalError(`the property DELAY is "${property}", which is no number`)
  return level
}
