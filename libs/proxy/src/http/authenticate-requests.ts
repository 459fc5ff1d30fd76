import type { Authenticator } from '../authentication/authenticator'
import type { HttpRoutes } from './http-rooms'

declare module 'fastify' {
  interface FastifyRequest {
    /** The name of the user who calls; blank when nobody asks. */
    caller: string
    /** False: nobody is; only a WebSocket gets so far, as it is refused by its own means. */
    isKnown: boolean
    /** Whether the caller would be let in again, now. */
    isStillKnown: () => Promise<boolean>
  }
}

/** For whoever watches the process, and has no secret to do so. */
const openPaths: ReadonlySet<string> = new Set(['/healthz', '/readyz'])

/** Who calls is known before anything else is looked at; a request of nobody is answered 401. */
export function authenticateRequests(app: HttpRoutes, authenticator: Authenticator | null): void {
  app.decorateRequest('caller', '')
  app.decorateRequest('isKnown', true)
  app.decorateRequest('isStillKnown', () => Promise.resolve(true))
  if (authenticator === null) return
  app.addHook('onRequest', async request => {
    const path = request.routeOptions.url ?? ''
    if (openPaths.has(path) || authenticator.whitelist.has(path)) return
    const text = (name: string): string => [request.headers[name]].flat()[0] ?? ''
    const headers = { authorization: text('authorization'), dateTime: text('x-mq-date-time') }
    try {
      request.caller = await authenticator.authenticate(headers)
      request.isStillKnown = () => authenticator.isStillKnown(headers)
    } catch (error) {
      if (!request.ws) throw error
      request.isKnown = false
    }
  })
}
