import { z } from 'zod'
import { requireTopic } from '../../grpc/names'
import { goneOf } from '../responses'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { bornHostOf } from '../remote-address'
import { durationShape, timeText } from '../shapes/durations'
import { topicParams } from '../shapes/places'
import { failures } from '../shapes/problem'
import { receivedOf, receivedShape } from '../shapes/received-message'

const checksInput = z.strictObject({
  max: z.coerce.number().int().min(1).max(32).default(16).describe('checks at most'),
  wait: durationShape.optional().describe('how long to wait for the first one; 0s by default'),
})
const checksOutput = z.object({
  checks: z.array(z.object({ transactionId: z.string(), message: receivedShape })),
  serverTime: z.string(),
})

/** What brokers ask producers whose transactions were not ended: this end of the line is asked for by the producers. */
export function transactionCheckRoutes(app: HttpRoutes, rooms: HttpRooms): void {
  const { messaging, transactionChecks, config, clock } = rooms
  app.route({
    method: 'GET',
    url: '/v1/topics/:topic/transactions/checks',
    schema: {
      tags: ['transactions'],
      summary: 'Transactions that are open for too long, waiting for them if there are none',
      description:
        'Each is to be ended by PUT …/transactions/{transactionId} with `"isChecked": true`; one that is not is asked ' +
        'for again. Brokers ask any one of the producers of a topic, of gRPC or HTTP, and only those that have asked ' +
        'within the last minute.',
      params: topicParams,
      querystring: checksInput,
      response: { 200: checksOutput, ...failures },
    },
    async handler(request, reply) {
      const topic = requireTopic({ name: request.params.topic })
      await messaging.metadata.requireRoute(topic)
      const { max, wait = 0 } = request.query
      const gone = goneOf(reply.raw)
      const checks = await transactionChecks.take(topic, {
        ...{ countMax: max, remoteAddress: bornHostOf(request), gone },
        waitMs: Math.min(wait, config.grpcClientConsumerMaxLongPollingTimeoutMillis),
      })
      const giveBack = (): void => transactionChecks.giveBack(topic, checks)
      if (gone.aborted) giveBack()
      else gone.addEventListener('abort', giveBack, { once: true })
      const { namespace } = request
      return {
        checks: checks.map(({ transactionId, message }) => ({
          ...{ transactionId, message: receivedOf(message, { namespace }) },
        })),
        serverTime: timeText(clock.nowMs()),
      }
    },
  })
}
