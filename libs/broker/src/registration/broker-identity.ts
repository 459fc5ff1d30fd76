import type { BrokerConfig } from '../broker-config'

/** What a broker is to NameServers. Source: common/BrokerIdentity.java */
export interface BrokerIdentity {
  readonly clusterName: string
  readonly brokerName: string
  /** 0 is the master. */
  readonly brokerId: number
  /** Where clients reach it. */
  readonly brokerAddr: string
  /** Where slaves reach it. */
  readonly haServerAddr: string
}

export type BrokerIdentityConfig = Pick<
  BrokerConfig,
  'brokerClusterName' | 'brokerId' | 'brokerIP1' | 'brokerIP2' | 'brokerName' | 'haListenPort'
>

/** `port` is the one that is really listened on. */
export function brokerIdentityOf(config: BrokerIdentityConfig, port: number): BrokerIdentity {
  const haIp = config.brokerIP2 === '' ? config.brokerIP1 : config.brokerIP2
  const haPort = config.haListenPort > 0 ? config.haListenPort : port + 1
  return {
    clusterName: config.brokerClusterName,
    brokerName: config.brokerName,
    brokerId: config.brokerId,
    brokerAddr: `${config.brokerIP1}:${port}`,
    haServerAddr: `${haIp}:${haPort}`,
  }
}
