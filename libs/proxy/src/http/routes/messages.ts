import { z } from 'zod'
import { toClientMessage } from '../../grpc/messages/to-client-message'
import { requireTopic } from '../../grpc/names'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { badRequest } from '../problems'
import { failures } from '../shapes/problem'
import { receivedOf, receivedShape } from '../shapes/received-message'

const FOUND_COUNT_MAX = 64
const question = z.strictObject({
  topic: z.string().describe('the name of a topic'),
  id: z.string().min(1).optional().describe('the id of one message'),
  key: z.string().min(1).optional().describe('or a key of several'),
  limit: z.coerce.number().int().min(1).max(FOUND_COUNT_MAX).default(32),
})

/** Messages that are known by name. */
export function messageRoutes(app: HttpRoutes, { messaging }: HttpRooms): void {
  app.route({
    method: 'GET',
    url: '/v1/messages',
    schema: {
      ...{ tags: ['look'], summary: 'Find messages by id or key', querystring: question },
      response: { 200: z.object({ messages: z.array(receivedShape) }), ...failures },
    },
    async handler({ namespace, query: { topic: name, id, key, limit } }) {
      const topic = requireTopic({ name })
      if ((id === undefined) === (key === undefined)) throw badRequest('id or key, one of them')
      const asked = id === undefined ? ({ by: 'key', value: key ?? '' } as const) : ({ by: 'id', value: id } as const)
      const found = await messaging.find({ topic, countMax: limit, ...asked })
      const shown = found.map(async one => receivedOf(await toClientMessage(one, null), { namespace }))
      return { messages: await Promise.all(shown) }
    },
  })
}
