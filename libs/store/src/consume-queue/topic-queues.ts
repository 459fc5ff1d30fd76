/** Topic -> queue id -> queue, without a string made per look-up. */
export class TopicQueues<Queue> {
  private readonly topics = new Map<string, Map<number, Queue>>()

  find(topic: string, queueId: number): Queue | null {
    return this.topics.get(topic)?.get(queueId) ?? null
  }

  add(topic: string, queueId: number, queue: Queue): void {
    const queues = this.topics.get(topic)
    if (queues === undefined) this.topics.set(topic, new Map([[queueId, queue]]))
    else queues.set(queueId, queue)
  }

  /** Takes a topic out and returns its queues. */
  remove(topic: string): readonly Queue[] {
    const queues = [...(this.topics.get(topic)?.values() ?? [])]
    this.topics.delete(topic)
    return queues
  }

  removeQueue(topic: string, queueId: number): void {
    const queues = this.topics.get(topic)
    queues?.delete(queueId)
    if (queues?.size === 0) this.topics.delete(topic)
  }

  names(): readonly string[] {
    return [...this.topics.keys()]
  }

  queueIds(topic: string): readonly number[] {
    return [...(this.topics.get(topic)?.keys() ?? [])].sort((left, right) => left - right)
  }

  *all(): IterableIterator<Queue> {
    for (const queues of this.topics.values()) yield* queues.values()
  }
}
