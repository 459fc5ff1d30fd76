import type { TopicConfig } from '@rocketmq-ts/protocol'
import { topicConfigJson } from '@rocketmq-ts/protocol'
import type { Channel } from '@rocketmq-ts/remoting'
import type { BrokerRegistration } from '../../src/route-info/register-broker'

let lastId = 0

/** A connection of which only the identity counts. */
export function channelOf(): Channel & { closeReason: string | null } {
  const channel = {
    id: ++lastId,
    remoteAddress: '10.0.0.1:1',
    remoteHost: Buffer.alloc(8),
    isOpen: true,
    closeReason: null as string | null,
    sendOneway: () => true,
    invoke: () => Promise.reject(new Error('nobody answers')),
    close: (reason: string) => void (channel.closeReason = reason),
  }
  return channel
}

export interface RegistrationParts extends Partial<Omit<BrokerRegistration, 'topicConfigs' | 'dataVersion'>> {
  readonly topicConfigs?: readonly (Partial<TopicConfig> & { readonly topicName: string })[]
  readonly topics?: readonly string[]
  readonly counter?: number
  readonly stateVersion?: number
}

/** A registration of `ba` in `C1` with two topics, but for what is said. */
export function registrationOf(parts: RegistrationParts = {}): BrokerRegistration {
  const { topics = ['T1', 'T2'], counter = 1, stateVersion = 0, ...rest } = parts
  const topicConfigs = parts.topicConfigs ?? topics.map(topicName => ({ topicName }))
  return {
    clusterName: 'C1',
    brokerName: 'ba',
    brokerId: 0,
    brokerAddr: '127.0.0.1:1001',
    haServerAddr: '127.0.0.1:2001',
    zoneName: null,
    heartbeatTimeoutMillis: null,
    enableActingMaster: false,
    queueMappings: new Map(),
    filterServers: [],
    channel: channelOf(),
    dataVersion: { counter, stateVersion, timestamp: 1000 },
    ...rest,
    topicConfigs: topicConfigs.map(config => topicConfigJson.read(config, '')),
  }
}
