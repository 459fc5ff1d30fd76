/** The wheel has two weeks of steps; Java uses one of them, and leaves a minute. */
const WINDOW_STEPS_MAX = 7 * 86_400 - 60
const STEPS_MIN = 2

export interface RollWindow {
  readonly steps: number
  readonly precisionMs: number
}

export interface RollWindowConfig {
  readonly timerPrecisionMs: number
  readonly timerRollWindowSlot: number
  /** Hours. */
  readonly fileReservedTime: number
}

/**
 * How far ahead of now messages go into the wheel. Java lets it be longer than the CommitLog keeps what waits: those
 * messages are never delivered. Here it ends at two thirds of that.
 */
export function rollWindowOf({
  timerPrecisionMs,
  timerRollWindowSlot,
  fileReservedTime,
}: RollWindowConfig): RollWindow {
  const isPossible = timerRollWindowSlot >= STEPS_MIN && timerRollWindowSlot <= WINDOW_STEPS_MAX
  const wanted = isPossible ? timerRollWindowSlot : WINDOW_STEPS_MAX
  const kept = Math.floor((fileReservedTime * 3_600_000 * 2) / 3 / timerPrecisionMs)
  return { steps: Math.max(STEPS_MIN, Math.min(wanted, kept)), precisionMs: timerPrecisionMs }
}

export interface SlotTime {
  readonly slotTimeMs: number
  /** The message is then stored again, as it is not due before. */
  readonly rolls: boolean
}

/**
 * The slot for a message: that of its time, or one on the way there. What lies a little beyond the window goes half the
 * way, so that the last part is not too short. Source: store/timer/TimerMessageStore.java
 */
export function slotTimeOf(
  { outMs, writeTimeMs }: { readonly outMs: number; readonly writeTimeMs: number },
  { steps, precisionMs }: RollWindow,
): SlotTime {
  const beyondMs = outMs - writeTimeMs - steps * precisionMs
  if (beyondMs < 0) return { slotTimeMs: outMs, rolls: false }
  const isNear = beyondMs < Math.floor(steps / 3) * precisionMs
  const stepsOnTheWay = isNear ? Math.floor(steps / 2) : steps
  return { slotTimeMs: writeTimeMs + stepsOnTheWay * precisionMs, rolls: true }
}
