import { z } from 'zod'
import { requireGroup, requireTopic } from '../../grpc/names'
import { encodeReceiptHandle, visibleAtMs } from '../../receipt-handles/receipt-handle'
import type { ReceiptHandle } from '../../receipt-handles/receipt-handle'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { requireChangedInvisibleMs } from '../invisible-times'
import { problemOf } from '../problems'
import { takeHandle } from '../renewed-receipts'
import { durationShape, timeText } from '../shapes/durations'
import { groupTopicParams } from '../shapes/places'
import { failures, problemShape } from '../shapes/problem'

export const RECEIPT_COUNT_MAX = 256
const receiptHandle = z.string().describe('as it came with the message')
const ackInput = z.strictObject({ receiptHandles: z.array(receiptHandle).min(1).max(RECEIPT_COUNT_MAX) })
const ackOutput = z.object({
  results: z.array(z.object({ receiptHandle: z.string(), problem: problemShape.optional() })),
})
const changeOutput = z.object({
  receiptHandle: z.string().describe('the new one: the old one is void'),
  visibleAt: z.string().describe('when others get the message'),
})

/** What becomes of messages that were received: done, not done, or not done yet. */
export function receiptRoutes(app: HttpRoutes, rooms: HttpRooms): void {
  const tags = ['receive']
  const params = groupTopicParams
  const response = { 200: changeOutput, ...failures }
  app.route({
    method: 'POST',
    url: '/v1/groups/:group/topics/:topic/acks',
    schema: {
      ...{ tags, params, body: ackInput, summary: 'Messages are done, and never come again' },
      response: { 204: z.null().describe('all of them'), 207: ackOutput, ...failures },
    },
    async handler(request, reply) {
      const place = placeOf(request.params)
      const results = await acknowledge(request.body.receiptHandles, place, rooms)
      const isMixed = results.some(result => 'problem' in result)
      return isMixed ? reply.status(207).send({ results }) : reply.status(204).send(null)
    },
  })
  app.route({
    method: 'POST',
    url: '/v1/groups/:group/topics/:topic/nacks',
    schema: {
      ...{ tags, params, response, summary: 'A message is to come again, at once or after a delay' },
      body: z.strictObject({ receiptHandle, delay: durationShape.default(0) }),
    },
    handler: ({ params: given, body }) => refuse({ ...placeOf(given), ...body }, body.delay, rooms),
  })
  app.route({
    method: 'POST',
    url: '/v1/groups/:group/topics/:topic/extensions',
    schema: {
      ...{ tags, params, response, summary: 'A message takes longer: others do not get it yet' },
      body: z.strictObject({ receiptHandle, invisible: durationShape }),
    },
    handler: ({ params: given, body }) => extend({ ...placeOf(given), ...body }, body.invisible, rooms),
  })
}

interface Place {
  readonly group: string
  readonly topic: string
}

function placeOf(params: Place): Place {
  return { group: requireGroup({ name: params.group }), topic: requireTopic({ name: params.topic }) }
}

type Named = Place & { readonly receiptHandle: string }

type Changed = z.infer<typeof changeOutput>

/** Done. What failed is in the results, which are in the order of the handles. */
export async function acknowledge(
  receiptHandles: readonly string[],
  { group, topic }: Place,
  rooms: HttpRooms,
): Promise<z.infer<typeof ackOutput>['results']> {
  const handles = await Promise.allSettled(receiptHandles.map(text => takeHandle(text, rooms)))
  const receipts = handles.flatMap(result =>
    result.status === 'fulfilled' ? [{ group, topic, handle: result.value }] : [],
  )
  const done = (await rooms.messaging.receipts.acknowledgeAll(receipts)).values()
  return handles.map((handle, index) => {
    const receiptHandle = receiptHandles[index] ?? ''
    const end = handle.status === 'rejected' ? handle : done.next().value
    if (end?.status === 'rejected') return { receiptHandle, problem: problemOf(end.reason) }
    rooms.streams.deliveries.settled(receiptHandle)
    return { receiptHandle }
  })
}

/** Not done: it is for others after `delayMs`. Throws InvalidReceiptHandleError, InvalidRequestError. */
export async function refuse(named: Named, delayMs: number, rooms: HttpRooms): Promise<Changed> {
  const changed = await changeVisibility(named, delayMs, rooms)
  rooms.streams.deliveries.settled(named.receiptHandle)
  return outputOf(changed)
}

/** Not done yet. Throws InvalidReceiptHandleError, InvalidRequestError. */
export async function extend(named: Named, invisibleMs: number, rooms: HttpRooms): Promise<Changed> {
  const changed = await changeVisibility(named, invisibleMs, rooms)
  rooms.streams.deliveries.replaced(named.receiptHandle, changed)
  return outputOf(changed)
}

async function changeVisibility(
  { group, topic, receiptHandle: text }: Named,
  wishedMs: number,
  rooms: HttpRooms,
): Promise<ReceiptHandle> {
  const invisibleMs = requireChangedInvisibleMs(wishedMs, rooms.config)
  const handle = await takeHandle(text, rooms)
  return await rooms.messaging.receipts.changeInvisibleTime({ group, topic, handle, invisibleMs, suspend: false })
}

function outputOf(handle: ReceiptHandle): Changed {
  return { receiptHandle: encodeReceiptHandle(handle), visibleAt: timeText(visibleAtMs(handle)) }
}
