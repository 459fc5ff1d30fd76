import type { Log } from '@rocketmq-ts/base'
import type { RuntimeConfig } from '@rocketmq-ts/config'
import type { RemotingConfig } from '@rocketmq-ts/remoting'
import { chooseAdvertisedAddress } from '@rocketmq-ts/shell'
import type { LocalNetwork } from '@rocketmq-ts/shell'
import type { BrokerConfig } from './broker-config'

export interface AdvertiseDeps {
  readonly network: LocalNetwork
  readonly log: Pick<Log, 'info' | 'warn'>
  /** What to tell when nobody has set `brokerIP1`, instead of looking for an address of this machine. */
  readonly preferred?: string
}

/** Decides `brokerIP1` if nobody has set it, and says which address clients are told and what looks wrong about it. */
export function advertise(
  config: RuntimeConfig<BrokerConfig & RemotingConfig>,
  { network, log, preferred }: AdvertiseDeps,
): void {
  const { bindAddress, brokerIP1 } = config.values
  const configured = config.isConfigured('brokerIP1') ? brokerIP1 : null
  const { address, reason, warning } = chooseAdvertisedAddress({ configured, preferred, bindAddress, network })
  if (configured === null) config.derive({ brokerIP1: address })
  log.info({ address, reason }, 'clients are told to connect to this address')
  if (warning !== null) log.warn({ address, warning }, 'clients may not reach the advertised address')
}
