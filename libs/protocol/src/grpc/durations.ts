interface SecondsAndNanos {
  /** May come as an object that stands for an int64. */
  readonly seconds?: unknown
  readonly nanos?: number | null
}

const MS_PER_SECOND = 1000
const NANOS_PER_MS = 1_000_000

/** `google.protobuf.Timestamp` of milliseconds since the epoch. */
export function timestampOfMs(ms: number): { seconds: number; nanos: number } {
  const seconds = Math.floor(ms / MS_PER_SECOND)
  return { seconds, nanos: (ms - seconds * MS_PER_SECOND) * NANOS_PER_MS }
}

/** Milliseconds since the epoch, what is below them cut off; null for none. */
export function msOfTimestamp(timestamp: SecondsAndNanos | null | undefined): number | null {
  if (timestamp === null || timestamp === undefined) return null
  return Number(timestamp.seconds ?? 0) * MS_PER_SECOND + Math.floor((timestamp.nanos ?? 0) / NANOS_PER_MS)
}

/** `google.protobuf.Duration` of milliseconds: its parts have one sign. */
export function durationOfMs(ms: number): { seconds: number; nanos: number } {
  const seconds = Math.trunc(ms / MS_PER_SECOND)
  return { seconds, nanos: (ms - seconds * MS_PER_SECOND) * NANOS_PER_MS }
}

/** Milliseconds, what is below them cut off; null for none. */
export function msOfDuration(duration: SecondsAndNanos | null | undefined): number | null {
  if (duration === null || duration === undefined) return null
  return Number(duration.seconds ?? 0) * MS_PER_SECOND + Math.trunc((duration.nanos ?? 0) / NANOS_PER_MS)
}
