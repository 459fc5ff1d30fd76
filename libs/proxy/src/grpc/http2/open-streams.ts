import type { Clock } from '@rocketmq-ts/base'
import { protocolError } from './frame-rules'
import type { Http2Stream } from './http2-stream'

/** The streams of a connection that are under way. */
export class OpenStreams {
  /** The newest of all that began. */
  lastId = 0
  private readonly byId = new Map<number, Http2Stream>()
  private emptySince: number

  constructor(private readonly clock: Pick<Clock, 'monotonicMs'>) {
    this.emptySince = clock.monotonicMs()
  }

  get count(): number {
    return this.byId.size
  }

  /** Since when there was none; null: there is one. */
  get emptySinceMs(): number | null {
    return this.byId.size > 0 ? null : this.emptySince
  }

  find(id: number): Http2Stream | undefined {
    return this.byId.get(id)
  }

  /** Null: it is over. Throws Http2ConnectionError: it has not begun. */
  requireBegun(id: number): Http2Stream | null {
    const stream = this.byId.get(id)
    if (stream === undefined && id > this.lastId) throw protocolError(`stream ${id} has not begun`)
    return stream ?? null
  }

  add(stream: Http2Stream): void {
    this.byId.set(stream.id, stream)
  }

  remove({ id }: Http2Stream): void {
    this.byId.delete(id)
    if (this.byId.size === 0) this.emptySince = this.clock.monotonicMs()
  }

  /** As they are now: they may end meanwhile. */
  all(): readonly Http2Stream[] {
    return [...this.byId.values()]
  }
}
