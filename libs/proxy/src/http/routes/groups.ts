import type { SubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import { z } from 'zod'
import { requireGroup } from '../../grpc/names'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { groupParams } from '../shapes/places'
import { failures } from '../shapes/problem'

const GROUP_ATTEMPT_COUNT_MAX = 1000
const groupInput = z.strictObject({
  ordered: z.boolean().default(false).describe('messages of one queue come one after another (FIFO)'),
  attemptsMax: z
    .int()
    .min(1)
    .max(GROUP_ATTEMPT_COUNT_MAX)
    .default(17)
    .describe('after so many a message is a dead letter'),
})
const groupOutput = z.object({ group: z.string(), ordered: z.boolean(), attemptsMax: z.int() })

/** Consumer groups, on all brokers. */
export function groupRoutes(app: HttpRoutes, { messaging: { administration } }: HttpRooms): void {
  const tags = ['topics and groups']
  app.route({
    method: 'GET',
    url: '/v1/groups',
    schema: {
      ...{ tags, summary: 'All consumer groups' },
      response: { 200: z.object({ groups: z.array(groupOutput) }), ...failures },
    },
    async handler() {
      return { groups: [...(await administration.groups()).values()].map(shown) }
    },
  })
  app.route({
    method: 'PUT',
    url: '/v1/groups/:group',
    schema: {
      ...{ tags, summary: 'Create a consumer group, or change it' },
      params: groupParams,
      body: groupInput,
      response: { 200: groupOutput, ...failures },
    },
    async handler({ params, body: { ordered, attemptsMax } }) {
      const group = requireGroup({ name: params.group })
      await administration.putGroup(group, { consumeMessageOrderly: ordered, retryMaxTimes: attemptsMax - 1 })
      return { group, ordered, attemptsMax }
    },
  })
  app.route({
    method: 'DELETE',
    url: '/v1/groups/:group',
    schema: {
      ...{ tags, summary: 'Delete a consumer group, with its offsets' },
      params: groupParams,
      response: { 204: z.null(), ...failures },
    },
    async handler({ params }, reply) {
      await administration.deleteGroup(requireGroup({ name: params.group }))
      return reply.status(204).send(null)
    },
  })
}

function shown({
  groupName,
  consumeMessageOrderly,
  retryMaxTimes,
}: SubscriptionGroupConfig): z.infer<typeof groupOutput> {
  return { group: groupName, ordered: consumeMessageOrderly, attemptsMax: retryMaxTimes + 1 }
}
