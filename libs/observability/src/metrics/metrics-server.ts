import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const HEADERS_BYTES_MAX = 8 * 1024
const REQUEST_MS_MAX = 10_000
const CONNECTION_COUNT_MAX = 64

/** Answers a read of `/metrics`. */
export type MetricsHandler = (request: IncomingMessage, response: ServerResponse) => void

export interface MetricsServer {
  readonly port: number
  close(): Promise<void>
}

/** A small HTTP server for Prometheus; port 0 takes a free one. Rejects if the address cannot be had. */
export function listenForMetrics(host: string, port: number, handle: MetricsHandler): Promise<MetricsServer> {
  const server = createServer(
    { maxHeaderSize: HEADERS_BYTES_MAX, requestTimeout: REQUEST_MS_MAX },
    (request, response) => {
      const [path] = (request.url ?? '').split('?')
      if (path !== '/metrics') answer(response, 404, 'Metrics are at /metrics.\n')
      else if (request.method !== 'GET') answer(response, 405, 'Metrics are read by GET.\n')
      else handle(request, response)
    },
  )
  server.maxConnections = CONNECTION_COUNT_MAX
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve({ port: (server.address() as AddressInfo).port, close: () => close(server) })
    })
  })
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text)
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
