import helmet from 'helmet'
import type { HttpRoutes } from './http-rooms'

type Policy = Readonly<Record<string, readonly string[]>>

/** What is answered is data, no page. */
const nothingIsLoaded: Policy = { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] }

/** Headers that browsers are told to be careful by: on every answer, whatever it is. */
export function sendSecurityHeaders(app: HttpRoutes): void {
  const headers = dataHeaders()
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
}

/** Of an answer that no page is. */
export function dataHeaders(): Readonly<Record<string, string>> {
  return securityHeaders(nothingIsLoaded)
}

/**
 * As helmet says them. They never change, and helmet puts them together for each request: so it is asked once. HSTS is a
 * matter of who ends TLS.
 */
export function securityHeaders(directives: Policy): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  const response = {
    setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  }
  const options = { contentSecurityPolicy: { useDefaults: false, directives }, strictTransportSecurity: false } as const
  const set = helmet(options) as unknown as (
    request: object,
    response_: typeof response,
    next: (error?: Error) => void,
  ) => void
  set({}, response, error => {
    if (error !== undefined) throw error
  })
  return headers
}
