import { ResponseCode } from '@rocketmq-ts/protocol'
import { RefusedError } from '@rocketmq-ts/base'
import { MessageIllegalError } from './refusals'
import { PropertyBit } from './property-scan'
import type { PropertyScan } from './property-scan'

/** The properties that ask for a time of delivery. */
export const TIMER_REQUESTS = PropertyBit.TIMER_DELAY_SEC | PropertyBit.TIMER_DELAY_MS | PropertyBit.TIMER_DELIVER_MS

/** `timerWheelEnable` is off. */
export class TimerNotEnabledError extends RefusedError {
  readonly code = 'RMQ_TIMER_NOT_ENABLED'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor() {
    super('accurate timer message is not enabled, timerWheelEnable is false')
  }
}

/** Very many messages are for one and the same time. */
export class TimerFlowControlError extends RefusedError {
  readonly code = 'RMQ_TIMER_FLOW_CONTROL'
  readonly responseCode = ResponseCode.SYSTEM_ERROR

  constructor(countMax: number) {
    super(
      `timer message is under flow control, max num limit is ${countMax * 2} or the current value is greater than ` +
        `${countMax} and less than ${countMax * 2}, trigger random flow control`,
    )
  }
}

export interface TimedSendConfig {
  readonly timerWheelEnable: boolean
  readonly timerMaxDelaySec: number
  readonly timerPrecisionMs: number
  readonly timerCongestNumEachSlot: number
}

/** How full the slots of the timer are. */
export interface TimerSlots {
  countAt(outMs: number): number
}

/** Decides about messages for a later time. Source: broker/util/HookUtils.java */
export class TimedSends {
  private turn = 0

  constructor(private readonly deps: { readonly config: TimedSendConfig; readonly timer: TimerSlots }) {}

  /**
   * TIMER_OUT_MS for a message that is to wait. Null for one that goes to its topic at once: it asks for no time, its
   * time has come, or it has waited before. Throws RefusedError.
   */
  outMsOf(scan: PropertyScan, nowMs: number): number | null {
    if (!scan.hasAny(TIMER_REQUESTS) || scan.has(PropertyBit.TIMER_OUT_MS)) return null
    const { config } = this.deps
    if (!config.timerWheelEnable) throw new TimerNotEnabledError()
    const deliverMs = deliverMsIn(scan, nowMs)
    if (!Number.isSafeInteger(deliverMs)) throw this.illegal()
    if (deliverMs <= nowMs) {
      if (scan.has(PropertyBit.TIMER_DEL_UNIQKEY)) throw this.illegal()
      return null
    }
    if (deliverMs - nowMs > config.timerMaxDelaySec * 1000) throw this.illegal()
    const outMs = slotOf(deliverMs, config.timerPrecisionMs)
    this.requireRoom(outMs)
    return outMs
  }

  private requireRoom(outMs: number): void {
    const { config, timer } = this.deps
    const countMax = config.timerCongestNumEachSlot
    if (countMax === NO_LIMIT) return
    const excess = (timer.countAt(outMs) - countMax) / countMax
    if (excess <= 0) return
    this.turn = (this.turn + TURN_STEP) % 1
    if (this.turn < excess) throw new TimerFlowControlError(countMax)
  }

  private illegal(): MessageIllegalError {
    const maxMs = this.deps.config.timerMaxDelaySec * 1000
    return new MessageIllegalError(
      `timer message illegal, the delay time should not be bigger than the max delay ${maxMs}ms; ` +
        'or if set del msg, the delay time should be bigger than the current time',
    )
  }
}

const NO_LIMIT = 2 ** 31 - 1
/** Steps of the golden ratio are spread evenly over 0..1, without chance. */
const TURN_STEP = (Math.sqrt(5) - 1) / 2

/** The slot whose end is not before `deliverMs`: a message is never early. */
export function slotOf(deliverMs: number, precisionMs: number): number {
  const beyondMs = deliverMs % precisionMs
  return beyondMs === 0 ? deliverMs - precisionMs : deliverMs - beyondMs
}

function deliverMsIn(scan: PropertyScan, nowMs: number): number {
  const delaySeconds = scan.text(PropertyBit.TIMER_DELAY_SEC)
  if (delaySeconds !== null) return nowMs + wholeNumberIn(delaySeconds) * 1000
  const delayMs = scan.text(PropertyBit.TIMER_DELAY_MS)
  if (delayMs !== null) return nowMs + wholeNumberIn(delayMs)
  return wholeNumberIn(scan.text(PropertyBit.TIMER_DELIVER_MS) ?? '')
}

function wholeNumberIn(text: string): number {
  return /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
}
