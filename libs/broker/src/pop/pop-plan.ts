import type { PopMessageHeader, SubscriptionGroupConfig, TopicConfig } from '@rocketmq-ts/protocol'
import type { MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import type { TopicTable } from '../topics/topic-table'
import { popRetryTopicOf } from './pop-retry-topic'
import type { PopRetrySpelling } from './pop-retry-topic'
import type { PopRunDeps } from './pop-run'
import type { PopQueue } from './pop-wish'

export type PopPlanConfig = Pick<
  BrokerConfig,
  | 'enableRetryTopicV2'
  | 'popFromRetryProbability'
  | 'popFromRetryProbabilityForPriority'
  | 'priorityOrderAsc'
  | 'retrieveMessageFromPopRetryTopicV1'
>

export interface PopPlanDeps {
  readonly config: PopPlanConfig
  readonly topics: Pick<TopicTable, 'find'>
  readonly popRuns: Pick<PopRunDeps, 'offsets'> & { readonly store: Pick<MessageStore, 'maxOffset'> }
}

type PopPlanHeader = Pick<PopMessageHeader, 'consumerGroup' | 'topic' | 'queueId' | 'order'>

/**
 * The queues that a pop looks through, in order: those of its topic from a random one on, and those of the retry topic
 * after them, or now and then before, so that a topic that never ends does not keep them waiting. `draw` is 0..99. Where
 * messages have priorities, queues are looked through from the most urgent on.
 * What is popped in order comes again in its own queue. Of two retry topics one is looked at, as an answer can name one only. Source: broker/processor/PopMessageProcessor.java
 */
export function popPlan(
  header: PopPlanHeader,
  { topic, group }: { readonly topic: TopicConfig; readonly group: SubscriptionGroupConfig },
  { draw, deps }: { readonly draw: number; readonly deps: PopPlanDeps },
): readonly PopQueue[] {
  const { config } = deps
  const isByPriority = !header.order && draw < priorityFactorOf(topic, group)
  const firstIndex = isByPriority ? 0 : draw
  const own =
    header.queueId < 0 ? queuesOf(topic, firstIndex, config) : [{ topic: header.topic, queueId: header.queueId }]
  const retryTopic = header.order ? null : retryTopicOf(header, draw, deps)
  if (retryTopic === null) return own
  const retries = queuesOf(retryTopic, firstIndex, config)
  return draw < (isByPriority ? config.popFromRetryProbabilityForPriority : config.popFromRetryProbability)
    ? [...retries, ...own]
    : [...own, ...retries]
}

/** Of 100 pops of a topic with priorities so many begin with the most urgent queue. */
function priorityFactorOf(topic: TopicConfig, group: SubscriptionGroupConfig): number {
  if (topic.attributes.get('message.type') !== 'PRIORITY') return 0
  return Number(group.attributes.get('priority.factor') ?? 100)
}

/** The one with messages in it; of two the draw decides. */
function retryTopicOf(
  header: PopPlanHeader,
  draw: number,
  { config, topics, popRuns }: PopPlanDeps,
): TopicConfig | null {
  const group = header.consumerGroup
  const found = spellings(config, draw).map(spelling => topics.find(popRetryTopicOf(header.topic, group, spelling)))
  const known = found.filter(topic => topic !== null)
  const hasRest = ({ topicName: topic }: TopicConfig, queueId: number): boolean =>
    popRuns.store.maxOffset(topic, queueId) > popRuns.offsets.peek({ topic, group, queueId }, 0)
  const isWaiting = (topic: TopicConfig): boolean =>
    Array.from({ length: topic.readQueueNums }, (_, queueId) => queueId).some(queueId => hasRest(topic, queueId))
  return known.length < 2 ? (known[0] ?? null) : (known.find(isWaiting) ?? null)
}

function spellings(config: PopPlanConfig, draw: number): readonly PopRetrySpelling[] {
  if (!config.enableRetryTopicV2) return ['V1']
  if (!config.retrieveMessageFromPopRetryTopicV1) return ['V2']
  return draw % 2 === 0 ? ['V1', 'V2'] : ['V2', 'V1']
}

function queuesOf(
  { topicName, readQueueNums }: TopicConfig,
  firstIndex: number,
  { priorityOrderAsc }: PopPlanConfig,
): PopQueue[] {
  return Array.from({ length: readQueueNums }, (_, index) => {
    const step = priorityOrderAsc ? readQueueNums - 1 - index : index
    return { topic: topicName, queueId: (step + firstIndex) % readQueueNums }
  })
}
