import type { QueueData, TopicQueueMappingInfo } from '@rocketmq-ts/protocol'

/** A topic's queues, by broker name. */
export interface TopicQueues {
  readonly queueDatas: ReadonlyMap<string, QueueData>
  /** Of a static topic: which of its queues each broker holds. Empty for others. */
  readonly mappings: ReadonlyMap<string, TopicQueueMappingInfo>
}

interface Entry extends TopicQueues {
  readonly queueDatas: Map<string, QueueData>
  readonly mappings: Map<string, TopicQueueMappingInfo>
}

/**
 * Which brokers hold queues of a topic. `onChange` hears of every topic whose entry is another than before.
 *
 *   topic ──> broker name ──> QueueData        broker name ──> topics
 *
 * Source: namesrv/routeinfo/RouteInfoManager.java (topicQueueTable, topicQueueMappingInfoTable)
 */
export class TopicQueueTable {
  private readonly byTopic = new Map<string, Entry>()
  private readonly topicsByBroker = new Map<string, Set<string>>()

  constructor(private readonly onChange: (topic: string) => void) {}

  find(topic: string): TopicQueues | null {
    return this.byTopic.get(topic) ?? null
  }

  put(topic: string, queueData: QueueData): void {
    const { brokerName } = queueData
    let entry = this.byTopic.get(topic)
    if (entry === undefined) this.byTopic.set(topic, (entry = { queueDatas: new Map(), mappings: new Map() }))
    if (isSame(entry.queueDatas.get(brokerName), queueData)) return
    entry.queueDatas.set(brokerName, queueData)
    const topics = this.topicsByBroker.get(brokerName)
    if (topics === undefined) this.topicsByBroker.set(brokerName, new Set([topic]))
    else topics.add(topic)
    this.onChange(topic)
  }

  /** Says which queues of a static topic the broker `mapping.bname` holds. Nothing happens if there is no such topic. */
  putMapping(topic: string, mapping: TopicQueueMappingInfo): void {
    const entry = this.byTopic.get(topic)
    if (entry === undefined || mapping.bname === null) return
    entry.mappings.set(mapping.bname, mapping)
    this.onChange(topic)
  }

  /** Removes a broker's queues of a topic, and the topic with its last queues. */
  remove(topic: string, brokerName: string): void {
    const entry = this.byTopic.get(topic)
    if (entry?.queueDatas.delete(brokerName) !== true) return
    if (entry.queueDatas.size === 0) this.byTopic.delete(topic)
    const topics = this.topicsByBroker.get(brokerName)
    topics?.delete(topic)
    if (topics?.size === 0) this.topicsByBroker.delete(brokerName)
    this.onChange(topic)
  }

  removeTopic(topic: string): void {
    for (const brokerName of this.byTopic.get(topic)?.queueDatas.keys() ?? []) this.remove(topic, brokerName)
  }

  removeBroker(brokerName: string): void {
    for (const topic of this.topicsOf(brokerName)) this.remove(topic, brokerName)
  }

  /** Gives all queues of a broker another permission; returns how many topics it has. */
  changePermission(brokerName: string, change: (perm: number) => number): number {
    const topics = this.topicsOf(brokerName)
    for (const topic of topics) {
      const queueData = this.byTopic.get(topic)?.queueDatas.get(brokerName)
      if (queueData !== undefined) this.put(topic, { ...queueData, perm: change(queueData.perm) })
    }
    return topics.length
  }

  topics(): readonly string[] {
    return [...this.byTopic.keys()]
  }

  /** Topics with queues on the broker. */
  topicsOf(brokerName: string): readonly string[] {
    return [...(this.topicsByBroker.get(brokerName) ?? [])]
  }
}

function isSame(known: QueueData | undefined, queueData: QueueData): boolean {
  return (
    known?.perm === queueData.perm &&
    known.readQueueNums === queueData.readQueueNums &&
    known.writeQueueNums === queueData.writeQueueNums &&
    known.topicSysFlag === queueData.topicSysFlag
  )
}
