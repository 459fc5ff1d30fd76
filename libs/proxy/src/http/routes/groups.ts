import type { SubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import { z } from 'zod'
import { requireGroup, requireTopic } from '../../grpc/names'
import { liteParentOf } from '../../messaging/lite/lite-group'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { isInNamespace, withoutNamespace } from '../namespaces/resource-names'
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
  liteTopicsOf: z
    .string()
    .optional()
    .describe('a lite group: its clients consume lite topics of this topic, and nothing else'),
})
const groupOutput = z.object({
  group: z.string(),
  ordered: z.boolean(),
  attemptsMax: z.int(),
  liteTopicsOf: z.string().optional(),
})
type Group = z.infer<typeof groupOutput>

/** Consumer groups, on all brokers. */
export function groupRoutes(app: HttpRoutes, { messaging: { administration } }: HttpRooms): void {
  const tags = ['topics and groups']
  app.route({
    method: 'GET',
    url: '/v1/groups',
    schema: {
      ...{ tags, summary: 'All consumer groups, of the namespace if there is one' },
      response: { 200: z.object({ groups: z.array(groupOutput) }), ...failures },
    },
    async handler({ namespace }) {
      const groups = [...(await administration.groups()).values()].map(groupOf)
      const own = groups.filter(({ group }) => isInNamespace(namespace, group))
      return { groups: own.map(group => shown(group, namespace)) }
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
    async handler({ params, body, namespace }) {
      const group = requireGroup({ name: params.group })
      const { ordered, attemptsMax, liteTopicsOf } = body
      const parent =
        liteTopicsOf === undefined ? [] : [['+lite.bind.topic', requireTopic({ name: liteTopicsOf })] as const]
      await administration.putGroup(group, {
        ...{ consumeMessageOrderly: ordered, retryMaxTimes: attemptsMax - 1 },
        attributes: new Map(parent),
      })
      return shown({ group, ...body }, namespace)
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

function groupOf(config: SubscriptionGroupConfig): Group {
  const { groupName, consumeMessageOrderly, retryMaxTimes } = config
  const liteTopicsOf = liteParentOf(config)
  const group = { group: groupName, ordered: consumeMessageOrderly, attemptsMax: retryMaxTimes + 1 }
  return liteTopicsOf === null ? group : { ...group, liteTopicsOf }
}

function shown({ group, liteTopicsOf, ...more }: Group, namespace: string): Group {
  const named = { group: withoutNamespace(namespace, group), ...more }
  return liteTopicsOf === undefined ? named : { ...named, liteTopicsOf: withoutNamespace(namespace, liteTopicsOf) }
}
