import { v2 } from '@rocketmq-ts/protocol/grpc'
import { z } from 'zod'
import { requireGroup, requireTopic } from '../../grpc/names'
import { InvalidRequestError } from '../../grpc/status'
import type { Queue } from '../../messaging/queues'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { offsetInput, offsetShape, queueParams } from '../shapes/places'
import { failures } from '../shapes/problem'

const params = queueParams.extend({ group: z.string().describe('the name of a consumer group') })
const offsetOutput = z.object({ offset: offsetShape })

/** How far a group that pulls has come in a queue. */
export function offsetRoutes(app: HttpRoutes, { messaging: { queues } }: HttpRooms): void {
  const tags = ['topics and groups']
  const url = '/v1/groups/:group/offsets/:topic/:brokerName/:queueId'
  app.route({
    method: 'GET',
    url,
    schema: {
      ...{ tags, params, summary: 'The committed offset of a group in a queue' },
      response: { 200: offsetOutput, ...failures },
    },
    async handler(request) {
      const { queue, group } = placeOf(request.params)
      const offset = await queues.committedOffset(group, queue)
      if (offset !== null) return { offset: String(offset) }
      throw new InvalidRequestError(v2.Code.OFFSET_NOT_FOUND, `group ${group} has committed no offset there`)
    },
  })
  app.route({
    method: 'PUT',
    url,
    schema: {
      ...{ tags, params, summary: 'Commit an offset for a group' },
      body: z.strictObject({ offset: offsetInput }),
      response: { 200: offsetOutput, ...failures },
    },
    async handler(request) {
      const { queue, group } = placeOf(request.params)
      await queues.commitOffset(group, queue, request.body.offset)
      return { offset: String(request.body.offset) }
    },
  })
}

function placeOf({ group, topic, ...queue }: z.infer<typeof params>): { queue: Queue; group: string } {
  return { queue: { ...queue, topic: requireTopic({ name: topic }) }, group: requireGroup({ name: group }) }
}
