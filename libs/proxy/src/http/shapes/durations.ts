import { z } from 'zod'

const MS_PER: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const SIMPLE = /^(\d{1,15})(ms|s|m|h|d)$/
const ISO = /^PT(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?$/
const PATTERN = /^(\d{1,15}(ms|s|m|h|d)|PT(?=\d)(\d{1,9}H)?(\d{1,9}M)?(\d{1,9}S)?)$/

/** `10s`, `5m`, `500ms`, or ISO 8601 `PT10S`; milliseconds inside. */
export const durationShape = z
  .string()
  .regex(PATTERN, 'a duration is a number with ms, s, m, h or d, as 10s, or ISO 8601, as PT10S')
  .transform(msOfDurationText)

/** Milliseconds. NaN for what is no duration. */
export function msOfDurationText(text: string): number {
  const [, amount, unit] = SIMPLE.exec(text) ?? []
  if (amount !== undefined && unit !== undefined) return Number(amount) * (MS_PER[unit] ?? Number.NaN)
  const parts = ISO.exec(text)
  if (parts === null) return Number.NaN
  const [hours, minutes, seconds] = parts.slice(1).map(part => Number((part as string | undefined) ?? 0))
  return (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000
}

/** RFC 3339 with a time zone; milliseconds since the epoch inside. */
export const timeShape = z.iso.datetime({ offset: true }).transform(text => Date.parse(text))

export function timeText(ms: number): string {
  return new Date(ms).toISOString()
}
