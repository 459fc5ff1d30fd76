import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

const LEFT_OUT: ReadonlySet<string> = new Set(['upgrade', 'http2-settings'])

/**
 * WebSockets go to `upgrade`. Whoever offers another protocol, as the HTTP client of Java does with each first request
 * (`h2c`), is served as if it had not: nobody has to take such an offer.
 */
export function serveUpgrades(server: Server, upgrade: Upgrade): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy()) // Node has taken its own listener away
    if (request.headers.upgrade?.toLowerCase() === 'websocket') upgrade(request, socket, head)
    else serveAsRequest(server, socket, Buffer.concat([headOf(request), head]))
  })
}

/** The connection begins anew, with the same bytes but for the offer. */
function serveAsRequest(server: Server, socket: Duplex, bytes: Buffer): void {
  socket.unshift(bytes)
  server.emit('connection', socket)
}

function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2)
    const isConnection = name.toLowerCase() === 'connection'
    if (!LEFT_OUT.has(name.toLowerCase())) lines.push(`${name}: ${isConnection ? withoutOffer(value) : value}`)
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

function withoutOffer(connection: string): string {
  const tokens = connection.split(',').map(token => token.trim())
  return tokens.filter(token => !LEFT_OUT.has(token.toLowerCase())).join(', ') || 'keep-alive'
}
