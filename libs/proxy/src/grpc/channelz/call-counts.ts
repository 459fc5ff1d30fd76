import type { Socket } from 'node:net'
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

/** How many bytes the client may send, and may be sent. */
export interface Windows {
  readonly local: number
  readonly remote: number
}

/** What came over one connection. */
export class ConnectionCounts {
  /** Calls as HTTP/2 sees them: one that is refused ends as it should. */
  readonly streams = nothing()
  messagesSent = 0
  messagesReceived = 0
  /** Of messages that are not whole yet. */
  heldBytes = 0
  heldBytesMax = Infinity
  windows: () => Windows = () => ({ local: 0, remote: 0 })

  constructor(
    readonly id: number,
    readonly socket: Socket,
    /** `ip:port` of the client. */
    readonly remoteAddress: string,
    private readonly calls: Ended,
    private readonly clock: Pick<Clock, 'nowMs'>,
  ) {}

  opened(): void {
    const { calls, streams } = this
    calls.started += 1
    streams.started += 1
    calls.lastStartedMs = streams.lastStartedMs = this.clock.nowMs()
  }

  /** `isWhole`: nobody broke it off; `isOk`: and its status was OK. */
  closed(isWhole: boolean, isOk: boolean): void {
    const { calls, streams } = this
    if (isWhole) streams.succeeded += 1
    else streams.failed += 1
    if (isWhole && isOk) calls.succeeded += 1
    else calls.failed += 1
  }
}

/** What a port serves: its connections, and the calls on them. A few numbers are added to, no more. */
export class CallCounts {
  readonly calls = nothing()
  private readonly open = new Set<ConnectionCounts>()
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
    return this.open
  }

  connected(socket: Socket): ConnectionCounts {
    const { remoteAddress = '', remotePort = 0 } = socket
    this.lastId += 1
    const address = peerOf(remoteAddress, remotePort).remoteAddress
    const connection = new ConnectionCounts(this.lastId, socket, address, this.calls, this.clock)
    this.open.add(connection)
    return connection
  }

  disconnected(connection: ConnectionCounts): void {
    this.open.delete(connection)
  }
}
