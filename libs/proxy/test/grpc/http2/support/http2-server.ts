import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { systemClock } from '@rocketmq-ts/base'
import type { PeerError } from '@rocketmq-ts/base'
import { Http2Connection } from '../../../../src/grpc/http2/http2-connection'
import { encodeHeaders } from '../../../../src/grpc/http2/hpack/encode-headers'
import type { Http2Stream } from '../../../../src/grpc/http2/http2-stream'

export const okHeaders = encodeHeaders([
  [':status', '200'],
  ['content-type', 'text/plain'],
])
export const endTrailers = encodeHeaders([['x-end', 'yes']])

/** One request as it was served. */
export interface Seen {
  readonly stream: Http2Stream
  readonly body: Buffer[]
  isEnded: boolean
  /** Null: it goes on. */
  isWhole: boolean | null
}

/** Serves HTTP/2 on a port of its own; `answer` is called when a request is whole. */
export class Http2ServerOfTest {
  readonly seen: Seen[] = []
  readonly faults: PeerError[] = []
  readonly connections = new Set<Http2Connection>()
  answer: (seen: Seen) => void = ({ stream, body }) => stream.answer(okHeaders, Buffer.concat(body), endTrailers)
  /** When a request begins. */
  onRequest: (stream: Http2Stream) => void = () => undefined
  private readonly server: Server

  constructor(streamCountMax = 100) {
    this.server = createServer(socket => {
      socket.on('error', () => undefined)
      const connection = new Http2Connection(socket, {
        clock: systemClock,
        streamCountMax,
        onRequest: stream => this.serve(stream),
        onFault: error => this.faults.push(error),
        onClose: () => this.connections.delete(connection),
      })
      this.connections.add(connection)
    })
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
  }

  async stop(): Promise<void> {
    for (const connection of this.connections) connection.socket.destroy()
    this.server.close()
    await once(this.server, 'close')
  }

  private serve(stream: Http2Stream): void {
    const seen: Seen = { stream, body: [], isEnded: false, isWhole: null }
    this.seen.push(seen)
    stream.listener = {
      onData: bytes => seen.body.push(Buffer.from(bytes)),
      onEnd: () => {
        seen.isEnded = true
        this.answer(seen)
      },
      onClose: isWhole => (seen.isWhole = isWhole),
    }
    this.onRequest(stream)
  }
}
