/** A client that has not asked for so long has gone; its connection may not know yet. Source: broker/lite/LiteEventDispatcher.java */
const LITE_CLIENT_SILENT_MS_MAX = 35_000
/** The same while lite topics with messages wait for it. */
const LITE_CLIENT_IDLE_MS_MAX = 10_000
/** Of its room, below which a client gets what was left out. */
const LOW_SHARE = 0.2

/** Lite topics with messages that wait for one client, the oldest first, each once. */
export class ClientEvents {
  lastAccessMs: number
  private readonly queueNames = new Set<string>()

  constructor(
    readonly group: string,
    private readonly countMax: number,
    nowMs: number,
  ) {
    this.lastAccessMs = nowMs
  }

  get size(): number {
    return this.queueNames.size
  }

  /** False: there is no room. */
  offer(queueName: string): boolean {
    if (this.queueNames.has(queueName)) return true
    if (this.queueNames.size >= this.countMax) return false
    this.queueNames.add(queueName)
    return true
  }

  /** The next one, which does not wait any more; null if none does. */
  take(nowMs: number): string | null {
    this.lastAccessMs = nowMs
    for (const queueName of this.queueNames) {
      this.queueNames.delete(queueName)
      return queueName
    }
    return null
  }

  isAbandoned(nowMs: number): boolean {
    const silentMs = nowMs - this.lastAccessMs
    return silentMs > LITE_CLIENT_SILENT_MS_MAX || (this.queueNames.size > 0 && silentMs > LITE_CLIENT_IDLE_MS_MAX)
  }

  get isLow(): boolean {
    return this.queueNames.size < this.countMax * LOW_SHARE
  }
}
