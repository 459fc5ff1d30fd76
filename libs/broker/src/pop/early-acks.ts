/** Over it the oldest are forgotten: their messages come again, as if they had not been acknowledged. */
const KEY_COUNT_MAX = 100_000

export interface EarlyAck {
  readonly offsets: readonly number[]
  readonly reviveOffset: number
  readonly storeTimestamp: number
}

/**
 * Acks whose check point has not been seen: where Java's timer still holds it, or where it is written again further on.
 * Most wait for nothing: their check point is done with.
 */
export class EarlyAcks {
  /** In the order of the records. */
  private readonly byKey = new Map<string, EarlyAck[]>()

  /** Of the first record that is waited with; Infinity for none. */
  get oldestOffset(): number {
    for (const [first] of this.byKey.values()) if (first !== undefined) return first.reviveOffset
    return Infinity
  }

  add(key: string, ack: EarlyAck): void {
    const acks = this.byKey.get(key)
    if (acks !== undefined) {
      acks.push(ack)
      return
    }
    this.byKey.set(key, [ack])
    if (this.byKey.size > KEY_COUNT_MAX) this.forgetFirst()
  }

  /** The offsets acknowledged for a check point, which is there now. */
  take(key: string): readonly number[] {
    const acks = this.byKey.get(key)
    if (acks === undefined) return []
    this.byKey.delete(key)
    return acks.flatMap(({ offsets }) => offsets)
  }

  /** Forgets those of which the first came before `timestamp`. */
  forgetBefore(timestamp: number): void {
    for (const [key, [first]] of this.byKey) {
      if (first !== undefined && first.storeTimestamp >= timestamp) return
      this.byKey.delete(key)
    }
  }

  private forgetFirst(): void {
    for (const key of this.byKey.keys()) {
      this.byKey.delete(key)
      return
    }
  }
}
