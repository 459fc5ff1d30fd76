import { z } from 'zod'
import { requireGroup, requireTopic } from '../../grpc/names'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { takeHandle } from '../renewed-receipts'
import { groupTopicParams } from '../shapes/places'
import { failures } from '../shapes/problem'

const deadLetterInput = z.strictObject({
  receiptHandle: z.string().describe('as it came with the message'),
  messageId: z.string().default('').describe('is kept with the dead letter'),
})

/** A consumer gives a message up. */
export function deadLetterRoutes(app: HttpRoutes, rooms: HttpRooms): void {
  const { messaging, streams } = rooms
  app.route({
    method: 'POST',
    url: '/v1/groups/:group/topics/:topic/dead-letters',
    schema: {
      tags: ['receive'],
      summary: 'A message is given up: it goes to the dead letters of the group',
      params: groupTopicParams,
      body: deadLetterInput,
      response: { 204: z.null(), ...failures },
    },
    async handler(request, reply) {
      const { receiptHandle, messageId } = request.body
      const topic = requireTopic({ name: request.params.topic })
      const group = requireGroup({ name: request.params.group })
      const handle = await takeHandle(receiptHandle, rooms)
      await messaging.receipts.forwardToDeadLetterQueue({ group, topic, handle, messageId })
      streams.deliveries.settled(receiptHandle)
      return reply.status(204).send(null)
    },
  })
}
