/** One number per group, topic and queue. Nested maps rather than joined keys: a look-up makes no string. */
export class OffsetsByQueue {
  private readonly byGroup = new Map<string, Map<string, Map<number, number>>>()

  find(group: string, topic: string, queueId: number): number | null {
    return this.byGroup.get(group)?.get(topic)?.get(queueId) ?? null
  }

  /** Of all queues of a topic that have one. */
  ofTopic(group: string, topic: string): ReadonlyMap<number, number> | null {
    return this.byGroup.get(group)?.get(topic) ?? null
  }

  /** The queues of the topic, to be written to. */
  ensure(group: string, topic: string): Map<number, number> {
    let topics = this.byGroup.get(group)
    if (!topics) this.byGroup.set(group, (topics = new Map<string, Map<number, number>>()))
    let queues = topics.get(topic)
    if (!queues) topics.set(topic, (queues = new Map<number, number>()))
    return queues
  }

  /** Removes one and returns it, or null if there is none. */
  take(group: string, topic: string, queueId: number): number | null {
    const queues = this.byGroup.get(group)?.get(topic)
    const offset = queues?.get(queueId)
    if (queues === undefined || offset === undefined) return null
    queues.delete(queueId)
    if (queues.size === 0) this.deleteQueues(group, topic)
    return offset
  }

  /** Forgets all queues of a topic for one group. */
  deleteQueues(group: string, topic: string): boolean {
    const topics = this.byGroup.get(group)
    if (!topics?.delete(topic)) return false
    if (topics.size === 0) this.byGroup.delete(group)
    return true
  }

  deleteGroup(group: string): boolean {
    return this.byGroup.delete(group)
  }

  deleteTopic(topic: string): boolean {
    const groups = this.groupsOf(topic)
    for (const group of groups) this.deleteQueues(group, topic)
    return groups.length > 0
  }

  topicsOf(group: string): readonly string[] {
    return [...(this.byGroup.get(group)?.keys() ?? [])]
  }

  groupsOf(topic: string): readonly string[] {
    return [...this.byGroup].flatMap(([group, topics]) => (topics.has(topic) ? [group] : []))
  }

  /** Every group with its topics and their queues. */
  all(): ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<number, number>>> {
    return this.byGroup
  }
}
