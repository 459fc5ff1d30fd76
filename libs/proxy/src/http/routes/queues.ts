import { z } from 'zod'
import { toClientMessage } from '../../grpc/messages/to-client-message'
import { requireTopic } from '../../grpc/names'
import { BROWSING_GROUP } from '../../messaging/queues'
import { noEvent, orEvents, requireFormat, sendEvents, wantedFormatOf } from '../cloud-events'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { hrefOf } from '../namespaces/accept-namespaces'
import { offsetInput, offsetShape, queueParams, topicParams } from '../shapes/places'
import { failures } from '../shapes/problem'
import { receivedOf, receivedShape } from '../shapes/received-message'

const queueOutput = z.object({
  brokerName: z.string(),
  queueId: z.int(),
  minOffset: offsetShape,
  maxOffset: offsetShape.describe('where the next message will be'),
})
const browseInput = z.strictObject({
  from: offsetInput.optional().describe('the offset to begin at; the oldest message if not given'),
  limit: z.coerce.number().int().min(1).max(32).default(16),
  liteTopic: z
    .string()
    .optional()
    .describe('only the messages of this lite topic; offsets are its own, its queue is 0'),
})
const browseOutput = z.object({ messages: z.array(receivedShape), next: offsetShape.describe('where to go on from') })

/** A look at what is stored, which takes nothing from anybody. */
export function queueRoutes(app: HttpRoutes, { messaging }: HttpRooms): void {
  const tags = ['look']
  app.route({
    method: 'GET',
    url: '/v1/topics/:topic/queues',
    schema: {
      ...{ tags, summary: 'The queues of a topic, and what they hold' },
      params: topicParams,
      response: { 200: z.object({ queues: z.array(queueOutput) }), ...failures },
    },
    async handler({ params }) {
      const topic = requireTopic({ name: params.topic })
      const places = await messaging.queues.all(topic)
      const queues = places.map(async queue => {
        const [min, max] = await Promise.all([messaging.queues.minOffset(queue), messaging.queues.maxOffset(queue)])
        const { brokerName, queueId } = queue
        return { brokerName, queueId, minOffset: String(min), maxOffset: String(max) }
      })
      return { queues: await Promise.all(queues) }
    },
  })
  app.route({
    method: 'GET',
    url: '/v1/topics/:topic/queues/:brokerName/:queueId/messages',
    schema: {
      ...{ tags, summary: 'Messages of a queue from an offset on, without consuming them' },
      description: 'As events of CloudEvents with `Accept`, as when they are received; `next` is then a Link.',
      params: queueParams,
      querystring: browseInput,
      response: { 200: orEvents(browseOutput), 204: noEvent, ...failures },
    },
    async handler(request, reply) {
      const { params, query, namespace } = request
      const { from, limit, liteTopic } = query
      const format = wantedFormatOf(request)
      requireFormat(format, limit)
      const lite = liteTopic === undefined ? {} : { liteTopic }
      const queue = { ...params, topic: requireTopic({ name: params.topic }), ...lite }
      const { messages, nextOffset } = await messaging.queues.pull({
        ...{ group: BROWSING_GROUP, queue, messageCountMax: limit, pollMs: 0 },
        offset: from ?? (await messaging.queues.minOffset(queue)),
        filter: { type: 'TAG', expression: '*' },
      })
      const look = { namespace, brokerName: queue.brokerName }
      const shown = messages.map(async message => receivedOf(await toClientMessage(message, null), look))
      const received = await Promise.all(shown)
      if (format === 'MESSAGES') return { messages: received, next: String(nextOffset) }
      const [path = ''] = request.url.split('?')
      const next = new URLSearchParams({ from: String(nextOffset), limit: String(limit), ...lite })
      reply.header('link', `<${hrefOf(request, path)}?${next.toString()}>; rel="next"`)
      return sendEvents(reply, format, received) as never
    },
  })
}
