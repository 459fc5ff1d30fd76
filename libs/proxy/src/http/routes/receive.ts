import { v2 } from '@rocketmq-ts/protocol/grpc'
import { z } from 'zod'
import { requireFilter } from '../../grpc/filters'
import { toClientMessage } from '../../grpc/messages/to-client-message'
import { requireGroup, requireTopic } from '../../grpc/names'
import type { ReceivedMessage } from '../../messaging/popped-messages'
import { encodeReceiptHandle } from '../../receipt-handles/receipt-handle'
import { noEvent, orEvents, requireFormat, sendEvents, wantedFormatOf } from '../cloud-events'
import { giveBackUnlessSent } from '../give-back'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { requireInvisibleMs } from '../invisible-times'
import { keepHidden } from '../renewed-receipts'
import { clientIdShape } from '../shapes/client-id'
import { durationShape, timeText } from '../shapes/durations'
import { groupTopicParams } from '../shapes/places'
import { failures } from '../shapes/problem'
import { receivedOf, receivedShape } from '../shapes/received-message'
import type { Received } from '../shapes/received-message'

export const filterInput = z.strictObject({
  type: z.enum(['TAG', 'SQL92']).default('TAG'),
  expression: z.string().default('*').describe('tags, as a || b, or an expression of SQL92'),
})

/** Of one answer; brokers give no more. */
export const RECEIVE_COUNT_MAX = 32
const INVISIBLE_MS = 30_000
const receiveInput = z
  .strictObject({
    max: z.int().min(1).max(RECEIVE_COUNT_MAX).default(16).describe('messages at most'),
    wait: durationShape.default(0).describe('how long to wait for the first one; 0s by default'),
    invisible: durationShape.optional().describe('how long others do not get them; 30s by default'),
    autoRenew: z.boolean().default(false).describe('or: others do not get them until they are settled'),
    filter: filterInput.optional(),
    clientId: clientIdShape.optional().describe('of a lite group: who has subscribed, and gets what that is'),
    attemptId: z.string().optional().describe('the same for a request that is sent again'),
  })
  .refine(({ invisible, autoRenew }) => invisible === undefined || !autoRenew, 'invisible or autoRenew, not both')

const receiveOutput = z.object({ messages: z.array(receivedShape), serverTime: z.string() })

/** Receiving: a pop, stateless; whoever has the receipt handle may acknowledge. */
export function receiveRoutes(app: HttpRoutes, rooms: HttpRooms): void {
  const { messaging, config, clock } = rooms
  app.route({
    method: 'POST',
    url: '/v1/groups/:group/topics/:topic/receive',
    schema: {
      tags: ['receive'],
      summary: 'Receive messages, waiting for them if there are none',
      description:
        'With `Accept: application/cloudevents-batch+json` they come as events, with `application/cloudevents+json` and ' +
        '`"max": 1` as one event, or 204; the receipt handle is the attribute rmqreceipthandle.',
      params: groupTopicParams,
      body: receiveInput,
      response: { 200: orEvents(receiveOutput), 204: noEvent, ...failures },
    },
    async handler(request, reply) {
      const topic = requireTopic({ name: request.params.topic })
      const group = requireGroup({ name: request.params.group })
      const { max, wait, invisible = INVISIBLE_MS, autoRenew, filter, clientId, attemptId } = request.body
      const format = wantedFormatOf(request)
      requireFormat(format, max)
      const messages = await messaging.receive({
        ...{ group, topic, clientId: clientId ?? null, brokerName: '', messageCountMax: max },
        pollMs: Math.min(wait, config.grpcClientConsumerMaxLongPollingTimeoutMillis),
        invisibleMs: autoRenew ? config.defaultInvisibleTimeMills : requireInvisibleMs(invisible, config),
        filter: requireFilter(filter === undefined ? null : { ...filter, type: v2.FilterType[typeOf(filter.type)] }),
        isOrdered: (await messaging.metadata.groupConfig(group, topic)).consumeMessageOrderly,
        attemptId: attemptId ?? null,
      })
      const receipts = messages.map(({ receiptHandle, reconsumeTimes }) => {
        const receipt = { group, topic, handle: receiptHandle }
        if (autoRenew) keepHidden(receipt, reconsumeTimes, rooms)
        return receipt
      })
      giveBackUnlessSent(reply.raw, receipts, rooms)
      const received = await Promise.all(messages.map(message => shown(message, request.namespace)))
      if (format !== 'MESSAGES') return sendEvents(reply, format, received) as never
      return { messages: received, serverTime: timeText(clock.nowMs()) }
    },
  })
}

function typeOf(type: 'TAG' | 'SQL92'): 'TAG' | 'SQL' {
  return type === 'TAG' ? 'TAG' : 'SQL'
}

export async function shown(message: ReceivedMessage, namespace: string): Promise<Received> {
  const { receiptHandle } = message
  const { brokerName } = receiptHandle
  return receivedOf(await toClientMessage(message, encodeReceiptHandle(receiptHandle)), { namespace, brokerName })
}
