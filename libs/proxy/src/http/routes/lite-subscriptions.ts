import type { LiteSubscriptionAction } from '@rocketmq-ts/protocol'
import { z } from 'zod'
import { requireGroup, requireLiteTopic, requireTopic } from '../../grpc/names'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { clientIdShape } from '../shapes/client-id'
import { groupParams } from '../shapes/places'
import { failures } from '../shapes/problem'

const names = z.array(z.string())
const whoseShape = { topic: z.string().describe('the parent of the lite topics'), clientId: clientIdShape }
const allInput = z.strictObject({ ...whoseShape, liteTopics: names })
const changeInput = z.strictObject({ ...whoseShape, add: names.default([]), remove: names.default([]) })

/** Which lite topics a client of a lite group consumes. Brokers keep it for some minutes: it is for the client to say it again. */
export function liteSubscriptionRoutes(app: HttpRoutes, { messaging, config, clock }: HttpRooms): void {
  const { liteSubscriptions } = messaging
  const common = { tags: ['receive'], params: groupParams, response: { 204: z.null(), ...failures } }

  async function sync(
    whose: Whose,
    { action, liteTopics }: { readonly action: LiteSubscriptionAction; readonly liteTopics: readonly string[] },
  ): Promise<void> {
    const distinct = [...new Set(liteTopics)]
    const change = { ...whose, action, liteTopics: distinct, offsetOption: null, version: clock.nowMs() }
    await liteSubscriptions.sync(change, null)
  }

  app.route({
    method: 'PUT',
    url: '/v1/groups/:group/lite-subscriptions',
    schema: {
      ...common,
      summary: 'Say which lite topics a client consumes: these, and no others',
      description: 'To be said again every minute: brokers forget a client that does not for three.',
      body: allInput,
    },
    async handler({ params: { group }, body }, reply) {
      const liteTopics = body.liteTopics.map(name => requireLiteTopic(name, config))
      const action = liteTopics.length === 0 ? 'COMPLETE_REMOVE' : 'COMPLETE_ADD'
      await sync(whoseOf(group, body), { action, liteTopics })
      return reply.status(204).send(null)
    },
  })
  app.route({
    method: 'PATCH',
    url: '/v1/groups/:group/lite-subscriptions',
    schema: {
      ...common,
      summary: 'Add lite topics to those that a client consumes, and take some away',
      body: changeInput,
    },
    async handler({ params: { group }, body }, reply) {
      const added = body.add.map(name => requireLiteTopic(name, config))
      const whose = whoseOf(group, body) // also of a change of nothing
      if (body.remove.length > 0) await sync(whose, { action: 'PARTIAL_REMOVE', liteTopics: body.remove })
      if (added.length > 0) await sync(whose, { action: 'PARTIAL_ADD', liteTopics: added })
      return reply.status(204).send(null)
    },
  })
}

interface Whose {
  readonly group: string
  readonly topic: string
  readonly clientId: string
}

function whoseOf(group: string, { topic, clientId }: Omit<Whose, 'group'>): Whose {
  return { group: requireGroup({ name: group }), topic: requireTopic({ name: topic }), clientId }
}
