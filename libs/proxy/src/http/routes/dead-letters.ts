import { z } from 'zod'
import { requireGroup, requireTopic } from '../../grpc/names'
import { requireValidHandle } from '../../receipt-handles/receipt-handle'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { groupTopicParams } from '../shapes/places'
import { failures } from '../shapes/problem'

const deadLetterInput = z.strictObject({
  receiptHandle: z.string().describe('as it came with the message'),
  messageId: z.string().default('').describe('is kept with the dead letter'),
})

/** A consumer gives a message up. */
export function deadLetterRoutes(app: HttpRoutes, { messaging, clock, streams }: HttpRooms): void {
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
      const handle = requireValidHandle(receiptHandle, clock.nowMs())
      await messaging.receipts.forwardToDeadLetterQueue({ group, topic, handle, messageId })
      streams.deliveries.settled(receiptHandle)
      return reply.status(204).send(null)
    },
  })
}
