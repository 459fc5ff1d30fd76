import type { Clock } from '@rocketmq-ts/base'

/** However many connections there are, so much of one is never too much while memory is scarce. */
const SHARE_BYTES_MIN = 64 * 1024

export interface HeldBytesDeps {
  readonly clock: Pick<Clock, 'endOfTurn'>
  readonly statistics: { readonly connectionCount: number }
  /** Called at the end of a turn that left more than `bytesMax`. */
  readonly onOverfull: () => void
}

/**
 * What all connections of one server hold together: requests that have not arrived whole, requests that are not
 * answered, answers that are not sent. A plain counter on the hot path.
 *
 *   0 ──────────── half ──────────────────────── bytesMax ─────────
 *     all are read │ those above their share wait │ the heaviest are closed
 *
 * Whoever waits goes on by itself as its requests are answered and its answers taken, so a wait costs nobody anything
 * but time; what no waiting brings down (peers that neither read nor finish what they send) is closed.
 */
export class HeldBytes {
  total = 0
  private isOverfullReported = false

  constructor(
    readonly bytesMax: number,
    private readonly deps: HeldBytesDeps,
  ) {}

  /** True for a connection that holds more than it should while memory is scarce. */
  isTooMuch(connectionBytes: number): boolean {
    return this.total > this.bytesMax / 2 && connectionBytes > Math.max(SHARE_BYTES_MIN, this.shareBytes)
  }

  /** Half of all in equal parts: connections that hold no more are never over the limit together. */
  get shareBytes(): number {
    return this.bytesMax / 2 / Math.max(1, this.deps.statistics.connectionCount)
  }

  /** To be called after growth. At the end of the turn sockets have taken what they take: only then it counts. */
  check(): void {
    if (this.total <= this.bytesMax || this.isOverfullReported) return
    this.isOverfullReported = true
    this.deps.clock.endOfTurn(() => {
      this.isOverfullReported = false
      if (this.total > this.bytesMax) this.deps.onOverfull()
    })
  }
}
