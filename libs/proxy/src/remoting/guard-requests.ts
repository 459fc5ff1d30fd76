import type { RequestHandler, RequestHandlers } from '@rocketmq-ts/remoting'
import type { Authenticator } from '../authentication/authenticator'

/** Requests of nobody known are refused before anything is done. Source: proxy/remoting/pipeline/AuthenticationPipeline.java */
export function guardRequests(handlers: RequestHandlers, authenticator: Authenticator | null): RequestHandlers {
  if (authenticator === null) return handlers
  const guarded = (handle: RequestHandler): RequestHandler => {
    return request => {
      authenticator.authenticateCommand(request.command) // throws: the answer says so
      handle(request)
    }
  }
  return Object.fromEntries(
    Object.entries(handlers).map(([code, handle]) => [
      code,
      authenticator.whitelist.has(code) ? handle : guarded(handle),
    ]),
  )
}
