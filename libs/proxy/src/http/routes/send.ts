import { Readable } from 'node:stream'
import { z } from 'zod'
import { requireTopic } from '../../grpc/names'
import { answerOnce } from '../answer-once'
import { EVENT, EVENT_BATCH, messagesFromEvents } from '../cloud-events'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { bytesOf, messageToSend } from '../message-to-send'
import { messageFromHeaders, RAW_CONTENT_TYPES } from '../raw-bodies'
import { bornHostOf } from '../remote-address'
import { outcomeOf, sendInBatches } from '../send-in-batches'
import { LINES_CONTENT_TYPE, sendLines } from '../send-lines'
import { batchInput, messageInput } from '../shapes/message-input'
import { topicParams } from '../shapes/places'
import { failures, PROBLEM } from '../shapes/problem'
import { resultsShape, sentShape } from '../shapes/sent-message'
import { traceContextOf } from '../trace-context'

/** Sending: one message, or several, or the bytes of one. */
export function sendRoutes(app: HttpRoutes, rooms: HttpRooms): void {
  app.route({
    method: 'POST',
    url: '/v1/topics/:topic/messages',
    schema: {
      tags: ['send'],
      summary: 'Send a message, or a batch of up to 256',
      description:
        'Bytes as they are: application/octet-stream or text/plain, with tag, keys, … in headers RMQ-Tag, RMQ-Keys. As ' +
        'many as you like: application/x-ndjson, a message a line, answered with 200 and a line for each. ' +
        'Events of CloudEvents 1.0: in the JSON format, one or a batch, or with attributes in headers ce-….',
      consumes: ['application/json', LINES_CONTENT_TYPE, EVENT, EVENT_BATCH, ...RAW_CONTENT_TYPES],
      params: topicParams,
      body: z.union([batchInput, messageInput]),
      response: {
        200: { description: 'What became of each line', content: { [LINES_CONTENT_TYPE]: { schema: z.string() } } },
        201: z.union([sentShape, resultsShape]),
        207: resultsShape,
        ...failures,
      },
    },
    preValidation: [messageFromHeaders, messagesFromEvents(rooms)],
    ...answerOnce(rooms),
    async handler(request, reply) {
      const topic = requireTopic({ name: request.params.topic })
      await requireKnown(topic, rooms)
      const origin = { topic, bornHost: bornHostOf(request), traceContext: traceContextOf(request) }
      const { body, rawBody, lines } = request
      if (lines !== null) {
        return reply.type(LINES_CONTENT_TYPE).send(Readable.from(sendLines(lines, origin, rooms)) as never)
      }
      if (!('messages' in body)) {
        const message = messageToSend(body, rawBody ?? bytesOf(body), origin, rooms)
        const [sent] = await rooms.messaging.send([message])
        const outcome = outcomeOf(sent)
        return 'problem' in outcome
          ? reply.status(503).type(PROBLEM).send(outcome.problem)
          : reply.status(201).send(outcome)
      }
      const messages = body.messages.map(message => messageToSend(message, bytesOf(message), origin, rooms))
      const results = await sendInBatches(messages, rooms)
      const isMixed = results.some(result => 'problem' in result)
      return reply.status(isMixed ? 207 : 201).send({ results })
    },
  })
}

/** Said before what the topic is for: of a topic that nobody has, nothing can be said. Throws TopicNotFoundError. */
async function requireKnown(topic: string, { messaging }: Pick<HttpRooms, 'messaging'>): Promise<void> {
  if ((await messaging.metadata.messageTypeOf(topic)) === 'UNSPECIFIED') await messaging.metadata.requireRoute(topic)
}
