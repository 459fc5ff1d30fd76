import type { ServerResponse } from 'node:http'

/** Nobody reads it any more. Between the end of its client and its own, what is written looks as if it were sent. */
export function isForNobody({ destroyed, req }: Pick<ServerResponse, 'destroyed' | 'req'>): boolean {
  return destroyed || !req.socket.writable
}

/**
 * Calls back once, when all of it has been sent or its connection is gone. Where requests are pipelined only the first has a
 * response on the connection: the others are told nothing of its end.
 */
export function whenOver(response: ServerResponse, onOver: () => void): void {
  const { socket } = response.req
  const end = (): void => {
    response.off('close', end)
    socket.off('close', end)
    onOver()
  }
  socket.setMaxListeners(0) // as many as there are requests
  response.once('close', end)
  socket.once('close', end)
}

/** Aborted when the client has gone before its answer had left. */
export function goneOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  if (isForNobody(response)) gone.abort() // it has told of it before
  whenOver(response, () => {
    if (!response.writableFinished) gone.abort()
  })
  return gone.signal
}
