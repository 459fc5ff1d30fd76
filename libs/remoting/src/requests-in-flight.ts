import type { HeldBytes } from './held-bytes'
import type { ConnectionLimits } from './remoting-config'

/** Requests of one peer that are not answered: how many, and how much memory they hold. */
export class RequestsInFlight {
  count = 0
  bytes = 0
  private isDisposed = false

  constructor(
    private readonly limits: Pick<ConnectionLimits, 'requestsInFlightMax' | 'requestBytesInFlightMax'>,
    private readonly held: Pick<HeldBytes, 'total'>,
  ) {}

  begin(frameBytes: number): void {
    this.count += 1
    this.bytes += frameBytes
    this.held.total += frameBytes
  }

  end(frameBytes: number): void {
    this.count -= 1
    if (this.isDisposed) return
    this.bytes -= frameBytes
    this.held.total -= frameBytes
  }

  /** The connection is gone: some of them will never be answered. */
  dispose(): void {
    this.held.total -= this.bytes
    this.bytes = 0
    this.isDisposed = true
  }

  get isFull(): boolean {
    return this.count >= this.limits.requestsInFlightMax || this.bytes >= this.limits.requestBytesInFlightMax
  }

  /** Half empty: so that a reader which stopped at the limit does not stop again at once. */
  get hasRoom(): boolean {
    return this.count <= this.limits.requestsInFlightMax / 2 && this.bytes <= this.limits.requestBytesInFlightMax / 2
  }
}
