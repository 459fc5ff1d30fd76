import type { Receipt } from '../messaging/receipts'
import { decodeReceiptHandle, encodeReceiptHandle, requireValidHandle } from '../receipt-handles/receipt-handle'
import type { ReceiptHandle } from '../receipt-handles/receipt-handle'
import { WHOEVER_HOLDS_IT } from '../receipt-handles/renewals'
import type { HttpRooms } from './http-rooms'

type Rooms = Pick<HttpRooms, 'clock' | 'renewals'>

/** The message is kept hidden from now on, until its receipt is taken. */
export function keepHidden(receipt: Receipt, reconsumeTimes: number, { renewals }: Pick<Rooms, 'renewals'>): void {
  renewals().add(WHOEVER_HOLDS_IT, receipt, reconsumeTimes)
}

/**
 * What brokers know a message by whose receipt handle a client has: the same, or a newer one if it was kept hidden, which it
 * is no longer. Throws InvalidReceiptHandleError when others may have it.
 */
export async function takeHandle(text: string, { renewals, clock }: Rooms): Promise<ReceiptHandle> {
  return requireValidHandle(await renewals().take(WHOEVER_HOLDS_IT, text), clock.nowMs())
}

/** Of a message that did not get to its client. */
export async function takeUnsent(receipt: Receipt, { renewals }: Pick<Rooms, 'renewals'>): Promise<Receipt> {
  const newest = await renewals().take(WHOEVER_HOLDS_IT, encodeReceiptHandle(receipt.handle))
  return { ...receipt, handle: decodeReceiptHandle(newest) }
}
