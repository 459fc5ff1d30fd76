/**
 * Where the timer stands on its wheel. Slots from the time of writing on take messages; those between the time of reading
 * and that of writing are due. Both only go forward, whatever the clock does.
 */
export class TimerCursor {
  readTimeMs = 0
  writeTimeMs = 0

  constructor(private readonly precisionMs: number) {}

  begin(readTimeMs: number, nowMs: number): void {
    this.writeTimeMs = this.floor(nowMs)
    this.readTimeMs = Math.min(readTimeMs, this.writeTimeMs)
  }

  /** The clock says `nowMs`: the slot of that time is the first one that is not due. */
  moveWriteTime(nowMs: number): void {
    this.writeTimeMs = Math.max(this.writeTimeMs, this.floor(nowMs))
  }

  get isBehind(): boolean {
    return this.readTimeMs < this.writeTimeMs
  }

  moveReadTime(): void {
    this.readTimeMs += this.precisionMs
  }

  private floor(timeMs: number): number {
    return timeMs - (timeMs % this.precisionMs)
  }
}
