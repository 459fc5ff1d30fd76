import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { requireFilter } from '../../grpc/filters'
import { requireGroup, requireTopic } from '../../grpc/names'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { requireInvisibleMs } from '../invisible-times'
import { isForNobody, whenOver } from '../responses'
import { clientIdShape } from '../shapes/client-id'
import { durationShape } from '../shapes/durations'
import { groupTopicParams } from '../shapes/places'
import { failures } from '../shapes/problem'
import { EVENTS, EventStream } from './event-stream'
import type { Stream } from './streams'
import { Subscription } from './subscription'
import type { Wishes } from './subscription'

export const STREAM_CREDIT_COUNT_MAX = 256
const PREFETCH = 32
export const INVISIBLE_MS = 30_000

type Caller = Pick<FastifyRequest, 'isStillKnown'>

const filterTypes = { TAG: v2.FilterType.TAG, SQL92: v2.FilterType.SQL } as const

const streamQuery = z.strictObject({
  prefetch: z.coerce
    .number()
    .int()
    .min(1)
    .max(STREAM_CREDIT_COUNT_MAX)
    .default(PREFETCH)
    .describe('messages that are delivered before any of them is acknowledged'),
  invisible: durationShape.default(INVISIBLE_MS).describe('how long others do not get them; 30s by default'),
  filterType: z.enum(['TAG', 'SQL92']).default('TAG'),
  filter: z.string().default('*').describe('tags, as a || b, or an expression of SQL92'),
  clientId: clientIdShape.optional().describe('of a lite group: who has subscribed, and gets what that is'),
})

/** Messages as they come: server-sent events. What becomes of them is said by requests, as of all that is received. */
export function streamRoutes(app: HttpRoutes, rooms: HttpRooms): void {
  app.route({
    method: 'GET',
    url: '/v1/groups/:group/topics/:topic/stream',
    schema: {
      tags: ['receive'],
      summary: 'Messages as they come, as server-sent events (text/event-stream)',
      description:
        'Events: message (its id is the receipt handle), problem, goodbye. What is not acknowledged when the connection ' +
        'closes comes again.',
      params: groupTopicParams,
      querystring: streamQuery,
      response: {
        200: { description: 'Events, as long as the client is there', content: { [EVENTS]: { schema: z.string() } } },
        ...failures,
      },
    },
    exposeHeadRoute: false,
    async handler(request, reply) {
      const { params, query, namespace } = request
      const place = { group: requireGroup({ name: params.group }), topic: requireTopic({ name: params.topic }) }
      const { prefetch: credit, invisible, filterType, filter: expression, clientId = null } = query
      const filter = requireFilter({ type: filterTypes[filterType], expression })
      const whose = { ...place, namespace, clientId }
      const wishes = { ...whose, credit, filter, invisibleMs: requireInvisibleMs(invisible, rooms.config) }
      await rooms.messaging.metadata.requireRoute(place.topic)
      rooms.streams.requireRoom()
      reply.hijack()
      serve(wishes, request, reply, rooms)
      return reply
    },
  })
}

function serve(wishes: Wishes, request: Caller, reply: FastifyReply, rooms: HttpRooms): void {
  const { raw: response } = reply
  const outlet = new EventStream(response, rooms.clock)
  const subscription = new Subscription(wishes, rooms.streams.deliveries.open(), outlet, rooms)
  const sendAway = async (): Promise<void> => {
    const givenBack = subscription.end()
    outlet.end()
    await givenBack
  }
  const stream: Stream = { sendAway, turnAway: sendAway, isStillKnown: () => request.isStillKnown() }
  const close = (): void => {
    rooms.streams.remove(stream)
    rooms.streams.track(subscription.end())
  }
  rooms.streams.add(stream)
  whenOver(response, close)
  outlet.start(reply.getHeaders())
  rooms.streams.track(subscription.run().then(() => outlet.end()))
  if (isForNobody(response)) close()
}
