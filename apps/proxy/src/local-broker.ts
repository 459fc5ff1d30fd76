import * as path from 'node:path'
import type { Component } from '@rocketmq-ts/base'
import { advertise, createBroker, loadBrokerConfig } from '@rocketmq-ts/broker'
import { startLogging } from '@rocketmq-ts/observability'
import type { ServiceLogging } from '@rocketmq-ts/observability'
import { localBrokerOf } from '@rocketmq-ts/proxy'
import type { LocalBroker, ProxyServiceConfig } from '@rocketmq-ts/proxy'
import { brokerBootLine, readLocalNetwork } from '@rocketmq-ts/shell'
import type { AppContext } from '@rocketmq-ts/shell'

export interface BrokerInside {
  readonly component: Component
  readonly localBroker: LocalBroker
  readonly flush: () => void
  readonly changeLogLevel: ServiceLogging['changeLevel']
  readonly bootLines: () => readonly string[]
}

/** The broker of a proxy in local mode: one like any other, which remoting clients reach as well. Throws ConfigError. */
export async function createLocalBroker(
  { brokerConfigPath, namesrvAddr, rocketmqHome }: ProxyServiceConfig,
  context: AppContext,
): Promise<BrokerInside> {
  const { environment, disk } = context
  const usual = path.resolve(rocketmqHome, 'conf', 'broker.conf')
  const file = brokerConfigPath === '' ? (disk.exists(usual) ? usual : null) : path.resolve(brokerConfigPath)
  const overrides = namesrvAddr === '' ? {} : { namesrvAddr }
  const config = loadBrokerConfig({ file, environment, overrides }, context)
  const { log, flush, changeLevel } = await startLogging('broker', config)
  advertise(config, { network: readLocalNetwork(context), log })
  const broker = createBroker(config, { ...context, log })
  return {
    component: broker,
    localBroker: localBrokerOf(config.values, () => broker),
    flush,
    changeLogLevel: changeLevel,
    bootLines: () => [brokerBootLine(config.values, broker.address)],
  }
}
