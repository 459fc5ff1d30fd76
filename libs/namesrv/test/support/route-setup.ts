import { silentLog } from '@rocketmq-ts/base'
import { FakeClock } from '@rocketmq-ts/base/testing'
import type { TopicRouteData } from '@rocketmq-ts/protocol'
import { findTopicRoute } from '../../src/route-info/find-topic-route'
import type { RegisterBrokerResult } from '../../src/route-info/register-broker'
import { registerBroker } from '../../src/route-info/register-broker'
import type { RouteTables } from '../../src/route-info/route-tables'
import { createRouteTables } from '../../src/route-info/route-tables'
import { unregisterBroker } from '../../src/route-info/unregister-broker'
import type { RegistrationParts } from './route-fixtures'
import { registrationOf } from './route-fixtures'

export interface RouteSetup {
  readonly tables: RouteTables
  readonly clock: FakeClock
  readonly config: { supportActingMaster: boolean; deleteTopicWithBrokerRegistration: boolean }
  /** What listeners heard: topics that changed, `*` for a change of brokers. */
  readonly changes: string[]
  /** Notices that the smallest broker id changed, in words. */
  readonly notices: string[]
  readonly register: (parts?: RegistrationParts) => RegisterBrokerResult | null
  readonly unregister: (brokerAddr: string, brokerName?: string) => void
  readonly route: (topic: string) => TopicRouteData | null
}

/** The tables and what changes them, without a connection. */
export function setUpRoutes(): RouteSetup {
  const changes: string[] = []
  const notices: string[] = []
  const config = { supportActingMaster: false, deleteTopicWithBrokerRegistration: false }
  const clock = new FakeClock()
  const tables = createRouteTables({
    onTopicChange: topic => changes.push(topic),
    onBrokerChange: () => changes.push('*'),
  })
  const notifier = {
    onRegister: (brokerName: string, haServerAddr: string) => notices.push(`${brokerName} up ${haServerAddr}`),
    onUnregister: (brokerName: string, brokerAddr: string) => notices.push(`${brokerName} down ${brokerAddr}`),
  }
  const deps = { tables, config, notifier, clock, log: silentLog }
  return {
    tables,
    clock,
    config,
    changes,
    notices,
    register: parts => registerBroker(deps, registrationOf(parts)),
    unregister: (brokerAddr, brokerName = 'ba') =>
      unregisterBroker(deps, { clusterName: 'C1', brokerName, brokerAddr }),
    route: topic => findTopicRoute(tables, topic, config),
  }
}
