import type { Http2Server, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { Server } from '@grpc/grpc-js'
import type { CallCounts } from '../channelz/call-counts'
import { clampTimeout } from '../timeouts'
import { DirectCall } from './direct-call'
import type { ServeMessage } from './direct-call'

/** Serves the calls that bring one message, by path. */
export type DirectMethods = ReadonlyMap<string, ServeMessage>

type OnStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void

/** The parts of a server of grpc-js for which it has no place of its own: they are taken from inside it. */
interface Inside {
  readonly http2Servers: ReadonlyMap<Http2Server, unknown>
  /** A connection with a call is not idle. */
  onStreamOpened(stream: ServerHttp2Stream): void
}

export interface TakenCalls {
  readonly methods: DirectMethods
  readonly messageSizeMax: number
  /** Of all calls, whoever serves them. */
  readonly counts: Pick<CallCounts, 'connected' | 'opened'>
}

/**
 * Calls of `methods` are served here, on bare HTTP/2; all others go on to `server`, which has the connections. Must be called
 * after its HTTP/2 servers were made.
 */
export function takeCalls(server: Server, { methods, messageSizeMax, counts }: TakenCalls): void {
  const inside = server as unknown as Inside
  for (const http2Server of inside.http2Servers.keys()) {
    const others = http2Server.listeners('stream') as OnStream[]
    http2Server.removeAllListeners('stream')
    http2Server.on('session', session => counts.connected(session))
    http2Server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      const connection = counts.opened(stream)
      const serve = methods.get(headers[':path'] ?? '')
      if (serve !== undefined && isGrpc(headers)) {
        inside.onStreamOpened(stream)
        new DirectCall(stream, headers, connection).read(messageSizeMax, serve)
        return
      }
      clampTimeout(headers)
      for (const other of others) other.call(http2Server, stream, headers)
    })
  }
}

function isGrpc({ 'content-type': contentType = '' }: IncomingHttpHeaders): boolean {
  return contentType.startsWith('application/grpc')
}
