import { RequestCode } from '@rocketmq-ts/protocol'
import type { Question } from './asking-connection'

export interface TestBroker {
  readonly brokerName: string
  readonly brokerId?: number
  readonly brokerAddr: string
  readonly clusterName?: string
  /** Further fields of the header. */
  readonly fields?: Readonly<Record<string, string>>
}

export interface TestTopics {
  readonly topics: readonly (string | { readonly topicName: string; readonly [key: string]: unknown })[]
  readonly counter?: number
  readonly stateVersion?: number
  readonly queueMappings?: Readonly<Record<string, unknown>>
  readonly filterServers?: readonly string[]
}

/** What identifies the broker in the header of its requests. */
export function brokerFields({ brokerName, brokerId = 0, brokerAddr, clusterName = 'C1', fields = {} }: TestBroker) {
  const haServerAddr = `127.0.0.1:2${brokerId}`
  return { brokerName, brokerAddr, clusterName, haServerAddr, brokerId: String(brokerId), ...fields }
}

export function topicsWrapper({ topics, counter = 1, stateVersion = 0, queueMappings = {} }: TestTopics) {
  const version = { counter, stateVersion, timestamp: 1000 }
  const configs = topics.map(topic => ({ ...DEFAULTS, ...(typeof topic === 'string' ? { topicName: topic } : topic) }))
  return {
    dataVersion: version,
    mappingDataVersion: version,
    topicConfigTable: Object.fromEntries(configs.map(config => [config.topicName, config])),
    topicQueueMappingDetailMap: {},
    topicQueueMappingInfoMap: queueMappings,
  }
}

const DEFAULTS = {
  readQueueNums: 4,
  writeQueueNums: 4,
  perm: 6,
  topicFilterType: 'SINGLE_TAG',
  topicSysFlag: 0,
  order: false,
  attributes: {},
}

export function registrationBody(topics: TestTopics): string {
  const wrapper = topicsWrapper(topics)
  return JSON.stringify({ filterServerList: topics.filterServers ?? [], topicConfigSerializeWrapper: wrapper })
}

export function registration(broker: TestBroker, topics: TestTopics): Question {
  return { code: RequestCode.REGISTER_BROKER, extFields: brokerFields(broker), body: registrationBody(topics) }
}
