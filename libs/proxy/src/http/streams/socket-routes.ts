import { EventEmitter } from 'node:events'
import websocket from '@fastify/websocket'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { FastifyRequest } from 'fastify'
import { requireGroup, requireTopic } from '../../grpc/names'
import { InvalidRequestError } from '../../grpc/status'
import type { ProxyConfig } from '../../proxy-config'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { bornHostOf } from '../remote-address'
import { groupTopicParams } from '../shapes/places'
import type { Upgrade } from '../upgrades'
import { closeCodes } from './frame-stream'
import type { FrameSocket } from './frame-stream'
import { SocketSession } from './socket-session'

type Config = Pick<ProxyConfig, 'httpBodyBytesMax' | 'httpCorsOrigins'>

/** Connections that are to become WebSockets come by what this returns: routes of their own, after the same hooks. */
export async function acceptSockets(app: HttpRoutes, { httpBodyBytesMax }: Config): Promise<Upgrade> {
  const upgrades = new EventEmitter()
  const options = { server: upgrades as never, maxPayload: httpBodyBytesMax }
  await app.register(websocket, { options, errorHandler: (_error, socket: FrameSocket) => socket.terminate() })
  return (request, socket, head) => void upgrades.emit('upgrade', request, socket, head)
}

/** Messages both ways on one connection: send, receive, acknowledge. */
export function socketRoutes(app: HttpRoutes, rooms: HttpRooms): void {
  app.route({
    method: 'GET',
    url: '/v1/groups/:group/topics/:topic/ws',
    websocket: true,
    schema: { params: groupTopicParams },
    async preHandler(request) {
      if (!request.isKnown) return
      requireOrigin(request, rooms.config)
      requireGroup({ name: request.params.group })
      await rooms.messaging.metadata.requireRoute(requireTopic({ name: request.params.topic }))
      rooms.streams.requireRoom()
    },
    handler(socket: FrameSocket, request) {
      if (!request.isKnown) {
        socket.close(closeCodes.unauthorized, 'unauthorized: see the header Authorization')
        return
      }
      const { group, topic } = request.params
      const isStillKnown = (): Promise<boolean> => request.isStillKnown()
      const place = { group, topic, namespace: request.namespace, bornHost: bornHostOf(request), isStillKnown }
      new SocketSession(socket, place, rooms).start()
    },
  })
}

/** Browsers ask nobody before a page of another site opens a WebSocket: it is for us to say no. Throws InvalidRequestError. */
function requireOrigin({ headers }: Pick<FastifyRequest, 'headers'>, { httpCorsOrigins }: Config): void {
  const { origin, host } = headers
  if (origin === undefined || hostOf(origin) === host) return
  if (httpCorsOrigins.split(/[\s,]+/).includes(origin)) return
  const text = `pages of ${origin} may not use this: add it to httpCorsOrigins`
  throw new InvalidRequestError(v2.Code.FORBIDDEN, text)
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
