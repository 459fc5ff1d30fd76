import { z } from 'zod'

/** A whole number as Java writes it, within the bounds (default: that of Java's int, from 0 on). */
export function wholeNumber({ min = 0, max = 0x7fff_ffff } = {}): z.ZodType<number> {
  return z
    .union([
      z.number(),
      z
        .string()
        .regex(/^[+-]?\d+$/)
        .transform(Number),
    ])
    .pipe(z.number().int().min(min).max(max))
}

/** `true` or `false`, in any case. */
export function trueOrFalse(): z.ZodType<boolean> {
  return z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]).pipe(z.boolean())
}
