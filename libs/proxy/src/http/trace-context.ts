import type { IncomingHttpHeaders } from 'node:http'

const TRACE_PARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/

/** What the caller's trace is continued by, W3C `traceparent`. Null: there is none, or it is not of that form. */
export function traceContextOf({ headers }: { readonly headers: IncomingHttpHeaders }): string | null {
  const given = headers['traceparent']
  return typeof given === 'string' && TRACE_PARENT.test(given) ? given : null
}
