import { TopicPermission } from '@rocketmq-ts/protocol'
import type { TopicConfig } from '@rocketmq-ts/protocol'
import { permissionText } from './permission'

const QUEUE_COUNT = 16

/** A topic with Java's defaults for all that is not given. Source: common/TopicConfig.java */
export function topicConfigOf(given: Partial<TopicConfig> & Pick<TopicConfig, 'topicName'>): TopicConfig {
  return {
    readQueueNums: QUEUE_COUNT,
    writeQueueNums: QUEUE_COUNT,
    perm: TopicPermission.READ | TopicPermission.WRITE,
    topicFilterType: 'SINGLE_TAG',
    topicSysFlag: 0,
    order: false,
    attributes: new Map(),
    ...given,
  }
}

/** What `topicSysFlag` says. Source: common/sysflag/TopicSysFlag.java */
export const TopicSysFlag = { UNIT: 1, UNIT_SUBSCRIPTION: 2 } as const

/** As Java prints a topic in remarks. */
export function topicConfigText(config: TopicConfig): string {
  const { topicName, readQueueNums, writeQueueNums, perm, topicFilterType, topicSysFlag, order } = config
  const attributes = [...config.attributes].map(([name, value]) => `${name}=${value}`).join(', ')
  return (
    `TopicConfig [topicName=${topicName}, readQueueNums=${readQueueNums}, writeQueueNums=${writeQueueNums}, ` +
    `perm=${permissionText(perm)}, topicFilterType=${topicFilterType}, topicSysFlag=${topicSysFlag}, order=${order}, ` +
    `attributes={${attributes}}]`
  )
}
