export interface LivenessLimits {
  /** 0: never. */
  readonly idleTimeoutMs: number
  readonly drainTimeoutMs: number
  readonly unsentBytesHighMark: number
}

/** Whether a connection is still worth having, from counters that are looked at every second: no clock per message. */
export class Liveness {
  private lastBytes = 0
  private activeMs: number
  private lastTakenBytes = 0
  private takingMs: number

  constructor(
    private readonly limits: LivenessLimits,
    nowMs: number,
  ) {
    this.activeMs = this.takingMs = nowMs
  }

  /**
   * `idle`: neither read nor written for the idle time. `stuck`: more than the high mark is unsent, and the peer has
   * taken nothing of it for the drain time.
   */
  check(nowMs: number, bytes: { received: number; taken: number; unsent: number }): 'alive' | 'idle' | 'stuck' {
    const { limits } = this
    if (bytes.received + bytes.taken !== this.lastBytes) {
      this.lastBytes = bytes.received + bytes.taken
      this.activeMs = nowMs
    }
    if (bytes.taken !== this.lastTakenBytes || bytes.unsent <= limits.unsentBytesHighMark) {
      this.lastTakenBytes = bytes.taken
      this.takingMs = nowMs
    }
    if (nowMs - this.takingMs >= limits.drainTimeoutMs) return 'stuck'
    if (limits.idleTimeoutMs > 0 && nowMs - this.activeMs >= limits.idleTimeoutMs) return 'idle'
    return 'alive'
  }
}
