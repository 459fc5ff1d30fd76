import type { Clock } from '@rocketmq-ts/base'
import type { OffsetWrapper } from '@rocketmq-ts/protocol'
import { durationOfMs } from '@rocketmq-ts/protocol/grpc'
import type { v2 } from '@rocketmq-ts/protocol/grpc'
import type { ConsumerGroups } from '../../messaging/consumer-groups'
import { requireGroup, requireTopic } from '../names'
import { OK } from '../status'
import type { AdminMethod } from './admin-method'
import { notByLiteTopic } from './not-by-lite-topic'

export interface DescribeGroupAccumulationDeps {
  readonly consumerGroups: Pick<ConsumerGroups, 'progress'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** DescribeGroupAccumulation: what a group still has before it; of all its topics, retries too, when none is named. */
export function describeGroupAccumulation(
  deps: DescribeGroupAccumulationDeps,
): AdminMethod<'DescribeGroupAccumulation'> {
  return async ({ group: resource, topics, liteTopic }) => {
    if ((liteTopic ?? '') !== '') throw notByLiteTopic()
    const group = requireGroup(resource)
    const byTopic = await offsetsByTopic(group, topics.map(requireTopic), deps)
    const nowMs = deps.clock.nowMs()
    const accumulations = [...byTopic].map(([topic, offsets]) => [topic, accumulationOf(offsets, nowMs)] as const)
    return {
      status: OK,
      accumulation: accumulationOf([...byTopic.values()].flat(), nowMs),
      topicAccumulation: Object.fromEntries(accumulations),
    }
  }
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
