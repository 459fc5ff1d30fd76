type Queues = Map<number, number>

const SEPARATOR = '@'
const BROADCAST = 'broadcast'

/** As Java keys the offsets of a group for a topic. */
export function topicAtGroup(topic: string, group: string): string {
  return topic + SEPARATOR + group
}

/** What all members of a broadcasting group have got is kept for a group of this name, which no other can have. */
export function broadcastGroupOf(group: string): string {
  return group + SEPARATOR + BROADCAST
}

export function isBroadcastGroup(group: string): boolean {
  return group.endsWith(SEPARATOR + BROADCAST)
}

/** Null for a key that means nothing to Java either. */
export function readTopicAtGroup(key: string): { readonly topic: string; readonly group: string } | null {
  const [topic, group, kind, ...rest] = key.split(SEPARATOR)
  if (topic === undefined || group === undefined || rest.length > 0) return null
  if (kind === undefined) return { topic, group }
  return kind === BROADCAST ? { topic, group: broadcastGroupOf(group) } : null
}

/** One number per group, topic and queue. Nested maps rather than joined keys: a look-up makes no string. */
export class OffsetsByQueue {
  private readonly byGroup = new Map<string, Map<string, Queues>>()

  find(group: string, topic: string, queueId: number): number | null {
    return this.byGroup.get(group)?.get(topic)?.get(queueId) ?? null
  }

  /** Of all queues of a topic that have one. */
  ofTopic(group: string, topic: string): ReadonlyMap<number, number> | null {
    return this.byGroup.get(group)?.get(topic) ?? null
  }

  /** The queues of the topic, to be written to. */
  ensure(group: string, topic: string): Queues {
    let topics = this.byGroup.get(group)
    if (topics === undefined) this.byGroup.set(group, (topics = new Map<string, Queues>()))
    let queues = topics.get(topic)
    if (queues === undefined) topics.set(topic, (queues = new Map<number, number>()))
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
  deleteQueues(group: string, topic: string): void {
    const topics = this.byGroup.get(group)
    if (topics?.delete(topic) === true && topics.size === 0) this.byGroup.delete(group)
  }

  deleteGroup(group: string): void {
    this.byGroup.delete(group)
  }

  deleteTopic(topic: string): void {
    for (const group of this.groupsOf(topic)) this.deleteQueues(group, topic)
  }

  groups(): readonly string[] {
    return [...this.byGroup.keys()]
  }

  topicsOf(group: string): readonly string[] {
    return [...(this.byGroup.get(group)?.keys() ?? [])]
  }

  groupsOf(topic: string): readonly string[] {
    return this.groups().filter(group => this.byGroup.get(group)?.has(topic) === true)
  }

  /** As Java keys them: `topic@group`. */
  byTopicAndGroup(): ReadonlyMap<string, ReadonlyMap<number, number>> {
    const table = new Map<string, ReadonlyMap<number, number>>()
    for (const [group, topics] of this.byGroup) {
      for (const [topic, queues] of topics) table.set(topicAtGroup(topic, group), queues)
    }
    return table
  }

  /** Adds what is keyed by `topic@group`; other keys mean nothing to Java either. */
  addAll(table: ReadonlyMap<string, ReadonlyMap<number, number>>): void {
    for (const [key, offsets] of table) {
      const of = readTopicAtGroup(key)
      if (of === null) continue
      const queues = this.ensure(of.group, of.topic)
      for (const [queueId, offset] of offsets) queues.set(queueId, offset)
    }
  }
}
