import { MessageIllegalError, NotServedYetError } from './refusals'
import { PropertyBit } from './property-scan'
import type { PropertyScan } from './property-scan'

/** The properties that ask for a time of delivery. */
export const TIMER_REQUESTS = PropertyBit.TIMER_DELAY_SEC | PropertyBit.TIMER_DELAY_MS | PropertyBit.TIMER_DELIVER_MS

/**
 * Refuses a message for a later time: the timer wheel is not served yet. One whose time has come goes through, as it
 * does in Java, and so does one that a timer has dealt with (TIMER_OUT_MS). Throws RefusedError.
 * Source: broker/util/HookUtils.java
 */
export function requireNotTimed(scan: PropertyScan, nowMs: number): void {
  if (!scan.hasAny(TIMER_REQUESTS) || scan.has(PropertyBit.TIMER_OUT_MS)) return
  const deliverMs = deliverMsIn(scan, nowMs)
  if (!Number.isSafeInteger(deliverMs)) throw new MessageIllegalError('timer message illegal, its time is no number')
  if (deliverMs > nowMs)
    throw new NotServedYetError('messages for a certain time (TIMER_DELIVER_MS, TIMER_DELAY_…) are')
  if (scan.has(PropertyBit.TIMER_DEL_UNIQKEY)) {
    throw new MessageIllegalError('timer message illegal, a recall must be for a time that has not come yet')
  }
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
