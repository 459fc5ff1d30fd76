import type { PutListener, PutMessageResult, PutMessageStatus } from '../message-store'

const NO_OFFSETS: readonly number[] = []
const NOBODY: PutListener = { onPut: () => undefined }

/** One put on its way: what its listener will be told. Used again and again. */
export class PutTicket implements PutMessageResult {
  status: PutMessageStatus = 'PUT_OK'
  reason: string | null = null
  physicalOffset = 0
  queueOffset = 0
  storeTimestamp = 0
  messageCount = 0
  storedBytes = 0
  physicalOffsets: readonly number[] = NO_OFFSETS
  listener: PutListener = NOBODY
  /** False: the answer does not wait for the disk. */
  waitsForDisk = true
}

/** Tickets not in use. */
export class PutTicketPool {
  private readonly tickets: PutTicket[] = []

  take(listener: PutListener): PutTicket {
    const ticket = this.tickets.pop() ?? new PutTicket()
    ticket.listener = listener
    return ticket
  }

  /** Tells the listener, and takes the ticket back. */
  answer(ticket: PutTicket): void {
    ticket.listener.onPut(ticket)
    ticket.listener = NOBODY
    ticket.physicalOffsets = NO_OFFSETS
    if (ticket.status !== 'PUT_OK') {
      ticket.status = 'PUT_OK'
      ticket.reason = null
    }
    this.tickets.push(ticket)
  }

  /** Tells the listener that nothing was stored, and why. */
  refuse(ticket: PutTicket, status: PutMessageStatus, reason: string): void {
    ticket.status = status
    ticket.reason = reason
    ticket.physicalOffset = 0
    ticket.queueOffset = 0
    ticket.storeTimestamp = 0
    ticket.messageCount = 0
    ticket.storedBytes = 0
    this.answer(ticket)
  }
}
