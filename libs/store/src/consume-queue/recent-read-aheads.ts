interface ReadingQueue {
  forgetReadAhead(): void
}

/** Queues whose read-ahead stays in memory: 64 KiB each. */
const READ_AHEAD_COUNT_MAX = 64

/** Keeps the read-aheads of the queues read last. */
export class RecentReadAheads<Queue extends ReadingQueue> {
  /** Those read longest ago come first. */
  private readonly queues = new Set<Queue>()

  onReadAhead(queue: Queue): void {
    this.queues.delete(queue)
    this.queues.add(queue)
    if (this.queues.size <= READ_AHEAD_COUNT_MAX) return
    for (const oldest of this.queues) {
      oldest.forgetReadAhead()
      this.queues.delete(oldest)
      return
    }
  }

  /** The queue is gone. */
  forget(queue: Queue): void {
    this.queues.delete(queue)
  }
}
