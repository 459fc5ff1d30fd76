import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { silentLog, systemClock } from '@rocketmq-ts/base'
import { createHttpApp } from '../../src/http/create-http-app'
import type { HttpApp } from '../../src/http/create-http-app'
import type { Messaging } from '../../src/messaging/messaging'
import { proxyConfigSchema } from '../../src/proxy-config'
import type { ProxyConfig } from '../../src/proxy-config'

const none: object = {}

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
  return async (messaging: Partial<Messaging>, config: Partial<ProxyConfig> = {}) => {
    let app: HttpApp | null = null
    const stopping = new AbortController()
    const server = createServer((request, response) => app?.serve(request, response))
    app = await createHttpApp(server, proxyConfigSchema.parse(config), {
      messaging: { ...(none as Messaging), ...messaging },
      clock: systemClock,
      log: silentLog,
      isServing: () => server.listening,
      stopping: stopping.signal,
    })
    servers.push({ server, app, stopping })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }
}
