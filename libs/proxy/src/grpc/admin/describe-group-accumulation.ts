import type { Clock } from '@rocketmq-ts/base'
import type { OffsetWrapper } from '@rocketmq-ts/protocol'
import { durationOfMs } from '@rocketmq-ts/protocol/grpc'
import type { AdminResponseOf, v2 } from '@rocketmq-ts/protocol/grpc'
import type { ConsumerGroups } from '../../messaging/consumer-groups'
import { LiteParentError } from '../../messaging/lite/lite-refusals'
import type { LiteTopics } from '../../messaging/lite/lite-topics'
import { requireGroup, requireTopic } from '../names'
import { OK } from '../status'
import type { AdminMethod } from './admin-method'

export interface DescribeGroupAccumulationDeps {
  readonly consumerGroups: Pick<ConsumerGroups, 'progress'>
  readonly liteTopics: Pick<LiteTopics, 'progress'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/**
 * DescribeGroupAccumulation: what a group still has before it; of all its topics, retries too, when none is named; of one
 * lite topic, if that is.
 */
export function describeGroupAccumulation(
  deps: DescribeGroupAccumulationDeps,
): AdminMethod<'DescribeGroupAccumulation'> {
  return async ({ group: resource, topics: resources, liteTopic }) => {
    const group = requireGroup(resource)
    const topics = resources.map(requireTopic)
    if ((liteTopic ?? '') !== '') return await ofLiteTopic({ group, topics, liteTopic: liteTopic ?? '' }, deps)
    const byTopic = await offsetsByTopic(group, topics, deps)
    const nowMs = deps.clock.nowMs()
    const accumulations = [...byTopic].map(([topic, offsets]) => [topic, accumulationOf(offsets, nowMs)] as const)
    return {
      status: OK,
      accumulation: accumulationOf([...byTopic.values()].flat(), nowMs),
      topicAccumulation: Object.fromEntries(accumulations),
    }
  }
}

async function ofLiteTopic(
  asked: { readonly group: string; readonly topics: readonly string[]; readonly liteTopic: string },
  { liteTopics, clock }: DescribeGroupAccumulationDeps,
): Promise<AdminResponseOf<'DescribeGroupAccumulation'>> {
  const { group, topics, liteTopic } = asked
  const { parentTopic, offsets } = await liteTopics.progress(group, liteTopic)
  const other = topics.find(topic => topic !== parentTopic)
  if (other !== undefined) throw new LiteParentError(group, { parent: parentTopic, topic: other })
  const accumulation = accumulationOf(offsets, clock.nowMs())
  return { status: OK, accumulation, liteTopicAccumulation: { [liteTopic]: accumulation } }
}

async function offsetsByTopic(
  group: string,
  topics: readonly string[],
  { consumerGroups }: Pick<DescribeGroupAccumulationDeps, 'consumerGroups'>,
): Promise<ReadonlyMap<string, OffsetWrapper[]>> {
  const byTopic = new Map<string, OffsetWrapper[]>()
  for (const topic of topics.length === 0 ? [null] : topics) {
    for (const [queue, offsets] of await consumerGroups.progress(group, topic)) {
      byTopic.set(queue.topic, [...(byTopic.get(queue.topic) ?? []), offsets])
    }
  }
  return byTopic
}

function accumulationOf(
  offsets: readonly OffsetWrapper[],
  nowMs: number,
): v2.DescribeGroupAccumulationResponse.GroupAccumulation.$Properties {
  const sum = (count: (of: OffsetWrapper) => number): number =>
    offsets.reduce((total, each) => total + Math.max(0, count(each)), 0)
  const accumulation = sum(each => each.brokerOffset - each.consumerOffset)
  const inflightMessages = sum(each => Math.min(each.pullOffset, each.brokerOffset) - each.consumerOffset)
  const behind = offsets.filter(each => each.brokerOffset > each.consumerOffset && each.lastTimestamp > 0)
  return {
    inflightMessages,
    readyMessages: accumulation - inflightMessages,
    accumulation,
    deliverDelayTime: durationOfMs(Math.max(0, ...behind.map(each => nowMs - each.lastTimestamp))),
    lastConsumeTimestamp: Math.max(0, ...offsets.map(each => each.lastTimestamp)),
  }
}
