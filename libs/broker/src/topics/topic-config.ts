import type { TopicConfig } from '@rocketmq-ts/protocol'
import { Permission } from './permission'

const QUEUE_COUNT = 16

/** A topic with Java's defaults for all that is not given. Source: common/TopicConfig.java */
export function topicConfigOf(given: Partial<TopicConfig> & Pick<TopicConfig, 'topicName'>): TopicConfig {
  return {
    readQueueNums: QUEUE_COUNT,
    writeQueueNums: QUEUE_COUNT,
    perm: Permission.READ | Permission.WRITE,
    topicFilterType: 'SINGLE_TAG',
    topicSysFlag: 0,
    order: false,
    attributes: {},
    ...given,
  }
}

/** What `topicSysFlag` says. Source: common/sysflag/TopicSysFlag.java */
export const TopicSysFlag = { UNIT: 1, UNIT_SUBSCRIPTION: 2 } as const

/** As Java prints a topic in remarks. */
export function topicConfigText(config: TopicConfig, permText: string): string {
  const attributes = Object.entries(config.attributes).map(([name, value]) => `${name}=${value}`)
  return (
    `TopicConfig [topicName=${config.topicName}, readQueueNums=${config.readQueueNums}, ` +
    `writeQueueNums=${config.writeQueueNums}, perm=${permText}, topicFilterType=${config.topicFilterType}, ` +
    `topicSysFlag=${config.topicSysFlag}, order=${config.order}, attributes={${attributes.join(', ')}}]`
  )
}
