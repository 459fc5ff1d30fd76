import { z } from 'zod'
import { toClientMessage } from '../../grpc/messages/to-client-message'
import { requireGroup } from '../../grpc/names'
import { deadLetterTopicOf } from '../../messaging/dead-letters'
import { MessageProperty } from '../../messaging/message-to-send'
import type { PulledMessage } from '../../messaging/popped-messages'
import type { Queue } from '../../messaging/queues'
import { BROWSING_GROUP } from '../../messaging/queues'
import { TopicNotFoundError } from '../../messaging/refusals'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { badRequest } from '../problems'
import { withoutNamespace } from '../namespaces/resource-names'
import { decodeOpaque, encodeOpaque } from '../shapes/opaque'
import { groupParams } from '../shapes/places'
import { failures } from '../shapes/problem'
import { receivedOf, receivedShape } from '../shapes/received-message'
import type { Look } from '../shapes/received-message'

const listInput = z.strictObject({
  cursor: z.string().optional().describe('`next` of the answer before; the oldest dead letter if not given'),
  limit: z.coerce.number().int().min(1).max(32).default(16),
})
const deadLetterShape = receivedShape.extend({
  originTopic: z.string().optional().describe('where it was received, if its broker has noted that'),
})
const listOutput = z.object({
  deadLetters: z.array(deadLetterShape),
  next: z.string().optional().describe('where to go on; absent when there is nothing more'),
})

/** What a group has given up, looked at without taking it away. */
export function deadLetterQueueRoutes(app: HttpRoutes, rooms: HttpRooms): void {
  app.route({
    method: 'GET',
    url: '/v1/groups/:group/dead-letters',
    schema: {
      ...{ tags: ['dead letters'], summary: 'The dead letters of a group, queue by queue, the oldest first' },
      params: groupParams,
      querystring: listInput,
      response: { 200: listOutput, ...failures },
    },
    async handler({ params, namespace, query: { cursor, limit } }) {
      const group = requireGroup({ name: params.group })
      return await page(await queuesOf(group, rooms), { cursor, limit, namespace }, rooms)
    },
  })
}

/** None: nothing was ever given up. */
async function queuesOf(group: string, { messaging }: Pick<HttpRooms, 'messaging'>): Promise<readonly Queue[]> {
  try {
    return await messaging.queues.all(deadLetterTopicOf(group))
  } catch (error) {
    if (error instanceof TopicNotFoundError) return []
    throw error
  }
}

interface PageWish {
  readonly cursor: string | undefined
  readonly limit: number
  readonly namespace: string
}

async function page(
  queues: readonly Queue[],
  { cursor, limit, namespace }: PageWish,
  { messaging }: Pick<HttpRooms, 'messaging'>,
): Promise<z.infer<typeof listOutput>> {
  const start = cursor === undefined ? null : placeIn(cursor)
  const startIndex = start === null ? 0 : queues.findIndex(queue => keyOf(queue) === start.key)
  if (startIndex < 0) throw badRequest('cursor: it is of a queue that is not there')
  for (const [index, queue] of queues.slice(startIndex).entries()) {
    const offset = index === 0 && start !== null ? start.offset : await messaging.queues.minOffset(queue)
    const { messages, nextOffset } = await messaging.queues.pull({
      ...{ group: BROWSING_GROUP, queue, offset, messageCountMax: limit, pollMs: 0 },
      filter: { type: 'TAG', expression: '*' },
    })
    if (messages.length === 0) continue
    const deadLetters = messages.map(message => shown(message, { namespace, brokerName: queue.brokerName }))
    return { deadLetters: await Promise.all(deadLetters), next: encodeOpaque([keyOf(queue), nextOffset]) }
  }
  return { deadLetters: [] }
}

async function shown(message: PulledMessage, look: Look): Promise<z.infer<typeof deadLetterShape>> {
  const { DEAD_LETTER_TOPIC, RETRY_TOPIC } = MessageProperty
  const originTopic = [RETRY_TOPIC, DEAD_LETTER_TOPIC].map(name => message.parsedProperties.get(name)).find(Boolean)
  const received = receivedOf(await toClientMessage(message, null), look)
  return originTopic === undefined
    ? received
    : { ...received, originTopic: withoutNamespace(look.namespace, originTopic) }
}

function keyOf({ brokerName, queueId }: Queue): string {
  return `${queueId} ${brokerName}`
}

function placeIn(cursor: string): { readonly key: string; readonly offset: number } {
  const [queueId = '', ...rest] = decodeOpaque(cursor)
  const offset = rest.pop() ?? ''
  if (!/^\d{1,15}$/.test(offset)) throw badRequest('cursor: hand on `next` as it came')
  return { key: `${queueId} ${rest.join(' ')}`, offset: Number(offset) }
}
