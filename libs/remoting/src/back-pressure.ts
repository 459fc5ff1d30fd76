import type { HeldBytes } from './held-bytes'
import type { Outbox } from './outbox'
import type { ConnectionLimits } from './remoting-config'
import type { RequestsInFlight } from './requests-in-flight'

export interface BackPressureParts {
  readonly inFlight: Pick<RequestsInFlight, 'bytes' | 'isFull' | 'hasRoom'>
  readonly outbox: Pick<Outbox, 'unsentBytes'>
  readonly limits: Pick<ConnectionLimits, 'unsentBytesHighMark' | 'unsentBytesLowMark'>
  readonly held: Pick<HeldBytes, 'total' | 'isTooMuch'>
}

/** Whether one connection may be read, by what it holds and by what all hold. */
export class BackPressure {
  private incompleteBytes = 0

  constructor(private readonly parts: BackPressureParts) {}

  /** Its part of what all connections hold. */
  get heldBytes(): number {
    const { inFlight, outbox } = this.parts
    return this.incompleteBytes + inFlight.bytes + outbox.unsentBytes
  }

  /** Of requests that have not arrived whole. */
  setIncomplete(bytes: number): void {
    this.parts.held.total += bytes - this.incompleteBytes
    this.incompleteBytes = bytes
  }

  /** The peer must wait. */
  get isHigh(): boolean {
    const { inFlight, outbox, limits } = this.parts
    return inFlight.isFull || outbox.unsentBytes > limits.unsentBytesHighMark || this.isAboveShare
  }

  /** A peer that waits may go on. */
  get isLow(): boolean {
    const { inFlight, outbox, limits } = this.parts
    return inFlight.hasRoom && outbox.unsentBytes <= limits.unsentBytesLowMark && !this.isAboveShare
  }

  /** Counts what goes away while the connection is not read: an incomplete request goes only if it is. */
  private get isAboveShare(): boolean {
    const { inFlight, outbox, held } = this.parts
    return held.isTooMuch(inFlight.bytes + outbox.unsentBytes)
  }
}
