import { z } from 'zod'

/** Shared by all keys: a schema takes zod longer to make than to use, and a start makes hundreds. */
const numberOfText = z.transform((value: unknown) => {
  if (typeof value !== 'string') return value
  return /^[+-]?\d+$/.test(value) ? Number(value) : NaN
})
const isWhole = z.multipleOf(1)
const booleanOfText = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]).pipe(z.boolean())

/** A whole number as Java writes it, within the bounds (default: that of Java's int, from 0 on). */
export function wholeNumber({ min = 0, max = 0x7fff_ffff } = {}): z.ZodType<number> {
  return numberOfText.pipe(z.number().check(isWhole, z.gte(min), z.lte(max)))
}

/** `true` or `false`, in any case. */
export function trueOrFalse(): z.ZodType<boolean> {
  return booleanOfText
}
