import type { FastifyRequest } from 'fastify'

/** `ip:port` of the client. */
export function bornHostOf({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  return ip.includes(':') ? `[${ip}]:${socket.remotePort ?? 0}` : `${ip}:${socket.remotePort ?? 0}`
}
