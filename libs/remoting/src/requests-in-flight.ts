import type { ConnectionLimits } from './remoting-config'

/** Requests of one peer that are not answered: how many, and how much memory they hold. */
export class RequestsInFlight {
  count = 0
  private bytes = 0

  constructor(private readonly limits: Pick<ConnectionLimits, 'requestsInFlightMax' | 'requestBytesInFlightMax'>) {}

  begin(frameBytes: number): void {
    this.count += 1
    this.bytes += frameBytes
  }

  end(frameBytes: number): void {
    this.count -= 1
    this.bytes -= frameBytes
  }

  get isFull(): boolean {
    return this.count >= this.limits.requestsInFlightMax || this.bytes >= this.limits.requestBytesInFlightMax
  }

  /** Half empty: so that a reader which stopped at the limit does not stop again at once. */
  get hasRoom(): boolean {
    return this.count <= this.limits.requestsInFlightMax / 2 && this.bytes <= this.limits.requestBytesInFlightMax / 2
  }
}
