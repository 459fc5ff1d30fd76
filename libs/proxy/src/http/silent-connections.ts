import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

/**
 * Connections that have not asked for anything: browsers, and the fetch of Node, open some ahead. Node does not take them for
 * idle, so that a stop would wait for them.
 */
export class SilentConnections {
  private readonly sockets = new Set<Duplex>()

  constructor(server: Server) {
    server.on('connection', (socket: Duplex) => {
      this.sockets.add(socket)
      socket.once('close', () => this.sockets.delete(socket))
    })
    server.on('request', ({ socket }: IncomingMessage) => this.sockets.delete(socket))
    server.on('upgrade', (_request: IncomingMessage, socket: Duplex) => this.sockets.delete(socket))
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy()
  }
}
