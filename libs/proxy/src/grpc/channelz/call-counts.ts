import { constants } from 'node:http2'
import type { Http2Session, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import { status } from '@grpc/grpc-js'
import type { Clock } from '@rocketmq-ts/base'
import { peerOf } from '@rocketmq-ts/remoting'

/** Calls by how they ended; those under way are what is left. */
export interface Ended {
  started: number
  succeeded: number
  failed: number
  /** Null: there was none. */
  lastStartedMs: number | null
}

const nothing = (): Ended => ({ started: 0, succeeded: 0, failed: 0, lastStartedMs: null })

/** What came over one connection. */
export class ConnectionCounts {
  /** Calls as HTTP/2 sees them: one that is refused ends as it should. */
  readonly streams = nothing()
  messagesSent = 0
  messagesReceived = 0
  /** Of each stream of this connection, when it closes: by then it knows its connection no more. */
  readonly onStreamClose: (this: ServerHttp2Stream) => void

  constructor(
    readonly id: number,
    readonly session: Http2Session,
    readonly remoteAddress: string,
    calls: Ended,
  ) {
    const { streams } = this
    this.onStreamClose = function () {
      const isWhole = this.rstCode === constants.NGHTTP2_NO_ERROR
      if (isWhole) streams.succeeded += 1
      else streams.failed += 1
      if (isWhole && isOk(this)) calls.succeeded += 1
      else calls.failed += 1
    }
  }
}

/** What a port serves: its connections, and the calls on them, whoever serves them. A few numbers are added to, no more. */
export class CallCounts {
  readonly calls = nothing()
  private readonly bySession = new Map<Http2Session, ConnectionCounts>()
  private readonly byAddress = new Map<string, ConnectionCounts>()
  private lastId: number

  /** `firstId`: of the first connection; later ones have higher ones. */
  constructor(
    firstId: number,
    private readonly clock: Pick<Clock, 'nowMs'>,
  ) {
    this.lastId = firstId - 1
  }

  /** In the order of their ids. */
  get connections(): Iterable<ConnectionCounts> {
    return this.bySession.values()
  }

  connected(session: Http2Session): void {
    const { remoteAddress = '', remotePort = 0 } = session.socket
    const address = peerOf(remoteAddress, remotePort).remoteAddress
    this.lastId += 1
    const connection = new ConnectionCounts(this.lastId, session, address, this.calls)
    this.bySession.set(session, connection)
    this.byAddress.set(address, connection)
    session.once('close', () => {
      this.bySession.delete(session)
      if (this.byAddress.get(address) === connection) this.byAddress.delete(address)
    })
  }

  /** Null: the connection has gone. */
  opened(stream: ServerHttp2Stream): ConnectionCounts | null {
    const connection = stream.session === undefined ? undefined : this.bySession.get(stream.session)
    if (connection === undefined) return null
    const { calls } = this
    const { streams } = connection
    calls.started += 1
    streams.started += 1
    calls.lastStartedMs = streams.lastStartedMs = this.clock.nowMs()
    stream.once('close', connection.onStreamClose)
    return connection
  }

  /** `address`: `ip:port` of the client. */
  ofClient(address: string): ConnectionCounts | null {
    return this.byAddress.get(address) ?? null
  }
}

interface Sent {
  readonly sentTrailers?: OutgoingHttpHeaders | undefined
  readonly sentHeaders?: OutgoingHttpHeaders | undefined
}

const OK = String(status.OK)

/** As the trailers said, or the headers when there was nothing but a status. */
function isOk({ sentTrailers, sentHeaders }: Sent): boolean {
  return String(sentTrailers?.['grpc-status'] ?? sentHeaders?.['grpc-status']) === OK
}
