import { MQ_VERSION, versionName } from '@rocketmq-ts/protocol'
import type { Traffic } from '../../messaging/traffic'
import type { ProxyConfig } from '../../proxy-config'
import type { ConnectedClients } from '../../settings/connected-clients'
import { OK } from '../status'
import type { AdminMethod } from './admin-method'

export interface GetProxyRuntimeStatsDeps {
  readonly config: Pick<ProxyConfig, 'proxyName'>
  readonly traffic: Pick<Traffic, 'in' | 'out'>
  readonly clients: Pick<ConnectedClients, 'all'>
  /** Of the gRPC port. */
  readonly connectionCount: () => Promise<number>
}

/** GetProxyRuntimeStats: messages in a second, over the last ten, of all protocols but remoting; connections and clients of gRPC. */
export function getProxyRuntimeStats(deps: GetProxyRuntimeStatsDeps): AdminMethod<'GetProxyRuntimeStats'> {
  return async () => {
    const all = deps.clients.all()
    const producers = all.filter(({ isProducer }) => isProducer).length
    return {
      ...{ status: OK, proxyName: deps.config.proxyName, version: versionName(MQ_VERSION) },
      ...{ inTps: deps.traffic.in.perSecond(), outTps: deps.traffic.out.perSecond() },
      ...{ connections: await deps.connectionCount(), producers, consumers: all.length - producers },
    }
  }
}
