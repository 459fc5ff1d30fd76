import {
  ClientHousekeepingService,
  ConsumerIdsNotifier,
  ConsumerTable,
  ProducerTable,
} from '@rocketmq-ts/client-housekeeping'
import type { BrokerDeps } from './create-broker'
import type { BrokerServiceConfig } from './load-broker-config'

/** Who is connected to a broker. */
export interface BrokerClients {
  readonly producers: ProducerTable
  readonly consumers: ConsumerTable
  readonly notifier: ConsumerIdsNotifier
  readonly housekeeping: ClientHousekeepingService
}

export function createBrokerClients(config: BrokerServiceConfig, deps: BrokerDeps): BrokerClients {
  const producers = new ProducerTable(deps)
  const consumers = new ConsumerTable(deps)
  const notifier = new ConsumerIdsNotifier(config, { ...deps, consumers })
  consumers.onChange(notifier)
  const housekeeping = new ClientHousekeepingService(config, { ...deps, producers, consumers })
  return { producers, consumers, notifier, housekeeping }
}
