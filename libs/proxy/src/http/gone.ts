import type { ServerResponse } from 'node:http'

/** Aborted when the client has gone before its answer had left. */
export function goneOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  if (response.destroyed) gone.abort() // it has told of it before
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  return gone.signal
}
