import type { ServerResponse } from 'node:http'
import type { Clock, Timer } from '@rocketmq-ts/base'
import { whenOver } from '../responses'
import type { Problem } from '../shapes/problem'
import type { Received } from '../shapes/received-message'
import type { Outlet } from './subscription'

export const EVENTS = 'text/event-stream'
const HEARTBEAT_MS = 15_000
/** That a client may take to read what it was sent. */
export const STREAM_STALL_MS_MAX = 30_000
/** After which a client that was sent away should come again. */
const RETRY_MS = 1000

/** Server-sent events: messages, with a comment now and then so that nobody on the way takes the connection for dead. */
export class EventStream implements Outlet {
  private readonly heartbeat: Timer
  private stall: Timer | null = null
  private wake: () => void = () => undefined

  constructor(
    private readonly response: ServerResponse,
    private readonly clock: Pick<Clock, 'after' | 'every'>,
  ) {
    this.heartbeat = clock.every(HEARTBEAT_MS, () => this.beat())
    response.on('drain', () => this.flow())
    whenOver(response, () => this.close())
  }

  start(headers: Readonly<Record<string, number | string | string[] | undefined>>): void {
    const own = { 'content-type': EVENTS, 'cache-control': 'no-store', 'x-accel-buffering': 'no' }
    this.response.writeHead(200, { ...headers, ...own })
    this.write(': welcome\n\n')
  }

  deliver(message: Received): void {
    this.write(`event: message\nid: ${message.receiptHandle ?? ''}\ndata: ${JSON.stringify(message)}\n\n`)
  }

  fail(problem: Problem): void {
    this.write(`event: problem\ndata: ${JSON.stringify(problem)}\n\n`)
  }

  flushed(): Promise<void> {
    if (!this.response.writableNeedDrain || this.response.destroyed) return Promise.resolve()
    return new Promise(resolve => (this.wake = resolve))
  }

  /** With a word on when to come again. */
  end(): void {
    this.write(`event: goodbye\nretry: ${RETRY_MS}\ndata: {}\n\n`)
    this.response.end()
  }

  private beat(): void {
    if (!this.response.writableNeedDrain) this.write(':\n\n')
  }

  private write(text: string): void {
    if (this.response.destroyed || this.response.writableEnded) return
    this.response.write(text)
    if (this.response.writableNeedDrain) this.stall ??= this.clock.after(STREAM_STALL_MS_MAX, () => this.giveUp())
  }

  private flow(): void {
    this.stall?.cancel()
    this.stall = null
    this.wake()
  }

  private giveUp(): void {
    this.response.destroy()
  }

  private close(): void {
    this.heartbeat.cancel()
    this.flow()
  }
}
