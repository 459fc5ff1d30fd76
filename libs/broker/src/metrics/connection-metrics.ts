import type { ClientChannelInfo, ConsumeManner } from '@rocketmq-ts/client-housekeeping'
import { gauge } from '@rocketmq-ts/observability'
import type { MetricLabels } from '@rocketmq-ts/observability'
import { languageName, versionName } from '@rocketmq-ts/protocol'
import type { BrokerMetricSource } from './broker-metric-source'
import { systemLabel } from './system-label'

const producers = gauge('rocketmq_producer_connections', 'Connections of producers')
const consumers = gauge('rocketmq_consumer_connections', 'Connections of consumers')
const inconsistent = gauge(
  'rocketmq_consumer_subscription_inconsistent',
  'A group whose members subscribe to different things, and so loses messages; not in Java',
)

/** Java's short names. Source: remoting/protocol/heartbeat/ConsumeType.java */
const consumeModes = { CONSUME_ACTIVELY: 'pull', CONSUME_PASSIVELY: 'push', CONSUME_POP: 'pop' } as const

/** Who is connected, by language and version. */
export const connectionMetrics: BrokerMetricSource = {
  metrics: [producers, consumers, inconsistent],
  read: (rooms, observe) => {
    const ofProducers = rooms.producers.groups().flatMap(group => rooms.producers.members(group))
    for (const { labels, count } of countByKind(ofProducers)) observe(producers, count, labels)
    for (const group of rooms.consumers.groups()) {
      const info = rooms.consumers.find(group)
      if (info === null) continue
      const own = {
        consumer_group: group,
        consume_mode: modeName(info.manner),
        is_system: systemLabel({ group }),
      }
      for (const { labels, count } of countByKind(info.members())) observe(consumers, count, { ...labels, ...own })
    }
    for (const group of rooms.consumers.inconsistentGroups()) observe(inconsistent, 1, { consumer_group: group })
  },
}

function modeName({ consumeType }: ConsumeManner): string {
  return consumeType === null ? 'unknown' : consumeModes[consumeType]
}

interface Kind {
  readonly labels: MetricLabels
  count: number
}

function countByKind(members: readonly ClientChannelInfo[]): Iterable<Kind> {
  const kinds = new Map<string, Kind>()
  for (const { language, version } of members) {
    const labels = {
      language: (languageName(language) ?? 'unknown').toLowerCase(),
      version: versionName(version).toLowerCase(),
      protocol_type: 'remoting',
    }
    const key = `${labels.language} ${labels.version}`
    const kind = kinds.get(key)
    if (kind === undefined) kinds.set(key, { labels, count: 1 })
    else kind.count += 1
  }
  return kinds.values()
}
