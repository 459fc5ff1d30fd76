import { v2 } from '@rocketmq-ts/protocol/grpc'
import { z } from 'zod'
import { requireGroup, requireTopic } from '../../grpc/names'
import { InvalidRequestError } from '../../grpc/status'
import type { Queue } from '../../messaging/queues'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { timeShape } from '../shapes/durations'
import { groupParams, offsetInput, offsetShape, queueParams } from '../shapes/places'
import { failures } from '../shapes/problem'

const params = queueParams.extend(groupParams.shape)
const offsetOutput = z.object({ offset: offsetShape })
const resetInput = z
  .strictObject({
    topic: z.string().describe('the name of a topic'),
    to: z.enum(['earliest', 'latest']).optional().describe('the oldest message, or the next one that is sent'),
    time: timeShape.optional().describe('or the first message that was stored then, or later'),
  })
  .refine(({ to, time }) => (to === undefined) !== (time === undefined), 'to or time, one of them')
const resetOutput = z.object({
  queues: z.array(z.object({ brokerName: z.string(), queueId: z.int(), offset: offsetShape })),
})
/** What brokers take for the end, and before all that they have. */
const LATEST = -1
const EARLIEST = 0

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
  app.route({
    method: 'POST',
    url: '/v1/groups/:group/offsets::reset',
    schema: {
      ...{ tags, params: groupParams, summary: 'A group goes back, or forward, in every queue of a topic' },
      description: 'It counts for the next receive. What the group is working on can still be acknowledged.',
      body: resetInput,
      response: { 200: resetOutput, ...failures },
    },
    async handler(request) {
      const group = requireGroup({ name: request.params.group })
      const topic = requireTopic({ name: request.body.topic })
      const { to, time = EARLIEST } = request.body
      const moved = await queues.resetOffsets(group, topic, to === 'latest' ? LATEST : Math.max(time, EARLIEST))
      return {
        queues: moved.map(({ brokerName, queueId, offset }) => ({ brokerName, queueId, offset: String(offset) })),
      }
    },
  })
}

function placeOf({ group, topic, ...queue }: z.infer<typeof params>): { queue: Queue; group: string } {
  return { queue: { ...queue, topic: requireTopic({ name: topic }) }, group: requireGroup({ name: group }) }
}
