import type { RecordToDispatch } from '../commit-log/check-record'
import type { Problems } from './problems'

/** Queues without files whose records are counted one by one; those of further ones count as deleted. */
const ABSENT_QUEUE_COUNT_MAX = 100_000

interface AbsentQueue {
  readonly topic: string
  readonly queueId: number
  pendingCount: number
  lostCount: number
}

/** Records whose queue has no entries at all: its topic was deleted, it is still to be written, or it is lost. */
export class AbsentQueues {
  private readonly queues = new Map<string, AbsentQueue>()
  private furtherCount = 0

  /** `isLost`: the entry of the record had to be there. */
  count({ topic, queueId }: RecordToDispatch, isLost: boolean): void {
    const key = `${topic}/${queueId}`
    let queue = this.queues.get(key)
    if (queue === undefined) {
      if (this.queues.size >= ABSENT_QUEUE_COUNT_MAX) {
        this.furtherCount += 1
        return
      }
      queue = { topic, queueId, pendingCount: 0, lostCount: 0 }
      this.queues.set(key, queue)
    }
    if (isLost) queue.lostCount += 1
    else queue.pendingCount += 1
  }

  get pendingCount(): number {
    return [...this.queues.values()].reduce((sum, { pendingCount }) => sum + pendingCount, 0)
  }

  get lostCount(): number {
    return [...this.queues.values()].reduce((sum, { lostCount }) => sum + lostCount, this.furtherCount)
  }

  /** A queue that a configured topic has should be there. */
  report(problems: Problems, isConfigured: (topic: string, queueId: number) => boolean): void {
    for (const { topic, queueId, lostCount } of this.queues.values()) {
      if (lostCount === 0 || !isConfigured(topic, queueId)) continue
      const what = `the log has ${lostCount} messages of ${topic} queue ${queueId}, which is not on the disk`
      problems.add('queue', () => `${what}: it is lost, unless the topic was deleted and made again`)
    }
  }
}
