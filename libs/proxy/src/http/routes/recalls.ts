import { z } from 'zod'
import { requireTopic } from '../../grpc/names'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { topicParams } from '../shapes/places'
import { failures } from '../shapes/problem'

/** A delayed message is taken back before it is due. */
export function recallRoutes(app: HttpRoutes, { messaging }: HttpRooms): void {
  app.route({
    method: 'DELETE',
    url: '/v1/topics/:topic/recalls/:recallHandle',
    schema: {
      tags: ['send'],
      summary: 'Take a delayed message back',
      params: topicParams.extend({ recallHandle: z.string().describe('as the send was answered with') }),
      response: { 200: z.object({ messageId: z.string() }), ...failures },
    },
    async handler({ params }) {
      return { messageId: await messaging.recall(requireTopic({ name: params.topic }), params.recallHandle) }
    },
  })
}
