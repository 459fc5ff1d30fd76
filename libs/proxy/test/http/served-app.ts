import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { silentLog, systemClock } from '@rocketmq-ts/base'
import type { Clock } from '@rocketmq-ts/base'
import type { Authenticator } from '../../src/authentication/authenticator'
import { createHttpApp } from '../../src/http/create-http-app'
import type { HttpApp } from '../../src/http/create-http-app'
import { RequestCounts } from '../../src/metrics/request-counts'
import type { Messaging } from '../../src/messaging/messaging'
import { proxyConfigSchema } from '../../src/proxy-config'
import type { ProxyConfig } from '../../src/proxy-config'
import type { Renewals } from '../../src/receipt-handles/renewals'
import { createSharedState } from '../../src/shared-state/shared-state'

const none: object = {}
type Kept = Pick<Renewals, 'add' | 'take'>

/** Nothing is renewed: the receipt that a client has is the newest. */
export const nothingRenewed: Kept = {
  add: () => undefined,
  take: (_clientId, handle) => Promise.resolve(handle),
}
export const counted = () => ({
  grpcRequests: new RequestCounts(),
  httpRequests: new RequestCounts(),
  renewedMessages: () => 0,
})

/** The HTTP API on a port of its own, above a messaging core that a test makes up. */
export function useServedApps() {
  const servers: { readonly server: Server; readonly app: HttpApp; readonly stopping: AbortController }[] = []
  afterEach(async () => {
    for (const { server, app, stopping } of servers.splice(0)) {
      stopping.abort()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      await app.close()
    }
  })
  return async (
    messaging: Partial<Messaging>,
    config: Partial<ProxyConfig> = {},
    {
      clock = systemClock,
      authenticator = null,
      renewals = nothingRenewed,
    }: { clock?: Clock; authenticator?: Authenticator | null; renewals?: Kept } = {},
  ) => {
    let app: HttpApp | null = null
    const stopping = new AbortController()
    const server = createServer((request, response) => app?.serve(request, response))
    const values = proxyConfigSchema.parse(config)
    app = await createHttpApp(server, values, {
      messaging: { ...(none as Messaging), ...messaging },
      clock,
      log: silentLog,
      authenticator,
      renewals: () => renewals,
      ...counted(),
      shared: createSharedState(values, { clock, log: silentLog }),
      isServing: () => server.listening,
      stopping: stopping.signal,
    })
    servers.push({ server, app, stopping })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return { server, app, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }
}
