import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Clock, Timer } from '@rocketmq-ts/base'
import { LINES_CONTENT_TYPE } from './send-lines'

/** That a client may take to send all of a request; of lines, which may never end, that it may send nothing at all. */
export const HTTP_REQUEST_MS_MAX = 120_000
const LOOK_MS = 5000
const REFUSAL = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'

interface OpenBody {
  readonly isEndless: boolean
  readonly response: Pick<ServerResponse, 'headersSent'>
  sinceMs: number
  readBytes: number
}

/** Requests whose bodies are on their way. One that does not arrive is refused; Node itself knows no body without an end. */
export class SlowBodies {
  private readonly open = new Map<IncomingMessage, OpenBody>()
  private looking: Timer | null = null

  constructor(
    server: Server,
    private readonly clock: Pick<Clock, 'every' | 'monotonicMs'>,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.watch(request, response))
  }

  start(): void {
    this.looking = this.clock.every(LOOK_MS, () => this.look())
  }

  stop(): void {
    this.looking?.cancel()
  }

  private watch(request: IncomingMessage, response: ServerResponse): void {
    const { headers, socket } = request
    if (headers['transfer-encoding'] === undefined && headers['content-length'] === undefined) return
    const isEndless = headers['content-type']?.startsWith(LINES_CONTENT_TYPE) ?? false
    const sinceMs = this.clock.monotonicMs()
    this.open.set(request, { isEndless, response, sinceMs, readBytes: socket.bytesRead })
    request.once('close', () => this.open.delete(request))
  }

  private look(): void {
    const nowMs = this.clock.monotonicMs()
    for (const [request, body] of this.open) {
      const { complete, socket } = request
      if (complete) this.open.delete(request)
      else if (body.isEndless && socket.bytesRead > body.readBytes) {
        Object.assign(body, { sinceMs: nowMs, readBytes: socket.bytesRead })
      } else if (nowMs - body.sinceMs >= HTTP_REQUEST_MS_MAX) {
        this.open.delete(request)
        refuse(request, body)
      }
    }
  }
}

/** As Node does it: nothing is said to a client that an answer has begun for. */
function refuse({ socket }: IncomingMessage, { response }: OpenBody): void {
  if (response.headersSent) socket.destroy()
  else socket.end(REFUSAL, () => socket.destroy())
}
