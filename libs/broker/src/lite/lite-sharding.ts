import { consistentHash } from '@rocketmq-ts/protocol'
import type { TopicRoutes } from '../assignments/topic-routes'
import type { BrokerConfig } from '../broker-config'

export interface LiteShardingDeps {
  readonly config: Pick<BrokerConfig, 'brokerName'>
  readonly topicRoutes: Pick<TopicRoutes, 'writableBrokersOf'>
}

/** Which broker has a lite topic: the one to which proxies send its messages. Source: broker/lite/LiteShardingImpl.java */
export class LiteSharding {
  constructor(private readonly deps: LiteShardingDeps) {}

  /** Says of each lite topic of a parent whether it is here; without a route it is. */
  async ownLiteTopics(parentTopic: string): Promise<(liteTopic: string) => boolean> {
    const { topicRoutes, config } = this.deps
    const brokers = (await topicRoutes.writableBrokersOf(parentTopic)) ?? []
    if (brokers.length === 0) return () => true
    return liteTopic => brokers[consistentHash(liteTopic, brokers.length)] === config.brokerName
  }
}
