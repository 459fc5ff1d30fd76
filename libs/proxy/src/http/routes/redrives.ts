import { ResponseCode } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { requireGroup, requireTopic } from '../../grpc/names'
import { InvalidRequestError } from '../../grpc/status'
import type { DeadLetters, Redrive } from '../../messaging/dead-letters'
import { BrokerRefusedError } from '../../messaging/refusals'
import type { HttpRooms, HttpRoutes } from '../http-rooms'
import { problemOfCode, sendConflict } from '../problems'
import { hrefOf } from '../namespaces/accept-namespaces'
import { isInNamespace, withoutNamespace } from '../namespaces/resource-names'
import { timeText } from '../shapes/durations'
import { decodeOpaque, encodeOpaque } from '../shapes/opaque'
import { groupParams } from '../shapes/places'
import { failures } from '../shapes/problem'

const REDRIVEN_ID_COUNT_MAX = 1000
const REDRIVEN_A_SECOND_COUNT_MAX = 10_000
const redriveInput = z
  .strictObject({
    all: z.literal(true).optional().describe('all that are there now'),
    messageIds: z.array(z.string().min(1)).min(1).max(REDRIVEN_ID_COUNT_MAX).optional().describe('or these'),
    to: z
      .enum(['origin', 'retry'])
      .optional()
      .describe(
        'the topic they came from, for all its groups, if not given; or the retry topic of this group, for those that pull',
      ),
    toTopic: z.string().optional().describe('or this topic, for all its groups'),
    newOnly: z.boolean().default(false).describe('only those that came since the last redrive'),
    ratePerSecond: z.int().min(1).max(REDRIVEN_A_SECOND_COUNT_MAX).default(100).describe('on each broker'),
  })
  .refine(({ all, messageIds }) => (all === undefined) !== (messageIds === undefined), 'all or messageIds, one of them')
  .refine(({ to, toTopic }) => to === undefined || toTopic === undefined, 'to or toTopic, not both')

const states = ['RUNNING', 'DONE', 'CANCELLED'] as const
const count = z.int()
const operationShape = z.object({
  id: z.string(),
  group: z.string(),
  state: z.enum(states).describe('of all brokers: RUNNING as long as one is at it'),
  brokers: z.array(
    z.object({
      brokerName: z.string(),
      state: z.enum(states),
      startedAt: z.string(),
      changedAt: z.string(),
      scanned: count.describe('dead letters that were looked at'),
      matched: count.describe('of these, wanted'),
      redriven: count.describe('of these, messages again'),
      unroutable: count.describe('wanted, and nowhere to go: they stay'),
      failure: z.string().optional().describe('why it does not get on at the moment; it tries again'),
    }),
  ),
})

/** Dead letters become messages again: a work of brokers, which takes its time. Whichever proxy is asked knows how far it is. */
export function redriveRoutes(app: HttpRoutes, { messaging: { deadLetters } }: HttpRooms): void {
  const tags = ['dead letters']
  const url = '/v1/operations/:operation'
  const params = z.object({ operation: z.string().describe('as Location said') })
  app.route({
    method: 'POST',
    url: '/v1/groups/:group/dead-letters::redrive',
    schema: {
      ...{ tags, params: groupParams, summary: 'Dead letters of a group become messages again' },
      description:
        'Location says where to look how far it is. The dead letters stay, until they are as old as any message.',
      body: redriveInput,
      response: { 202: operationShape, ...failures },
    },
    async handler(request, reply) {
      const group = requireGroup({ name: request.params.group })
      const { messageIds = [], to = 'origin', toTopic: name, newOnly, ratePerSecond: rate } = request.body
      const toTopic = name === undefined ? null : requireTopic({ name })
      const wish = { group, keys: messageIds, to, toTopic, newOnly, rate }
      try {
        const redrives = await deadLetters.redrive(wish)
        const id = encodeOpaque([group, ...redrives.flatMap(redrive => [redrive.id, redrive.brokerName])])
        reply.header('location', hrefOf(request, `/v1/operations/${id}`))
        return await reply.status(202).send(shown({ id, group, redrives }, request))
      } catch (error) {
        if (!isRefusal(error)) throw error
        return await sendConflict(request, reply, problemOfCode(v2.Code.BAD_REQUEST, error.message))
      }
    },
  })
  app.route({
    method: 'GET',
    url,
    schema: { ...{ tags, params, summary: 'How far it is' }, response: { 200: operationShape, ...failures } },
    async handler(request) {
      return shown(await requireOperation(request, deadLetters), request)
    },
  })
  app.route({
    method: 'DELETE',
    url,
    schema: {
      ...{ tags, params, summary: 'It goes no further; what it has done stays' },
      response: { 200: operationShape, ...failures },
    },
    async handler(request) {
      const found = await requireOperation(request, deadLetters)
      const redrives = await Promise.all(found.redrives.map(each => deadLetters.cancel(each)))
      return shown({ ...found, redrives }, request)
    },
  })
}

/** Brokers have one code for all that is against it: another is at work, there are too many, the letters are gone. */
function isRefusal(error: unknown): error is BrokerRefusedError {
  return error instanceof BrokerRefusedError && error.responseCode === ResponseCode.SYSTEM_ERROR
}

interface Operation {
  readonly id: string
  readonly group: string
  readonly redrives: readonly Redrive[]
}

type InNamespace = Pick<FastifyRequest, 'namespace'>

function shown({ id, group, redrives }: Operation, { namespace }: InNamespace): z.infer<typeof operationShape> {
  const has = (state: Redrive['state']): boolean => redrives.some(redrive => redrive.state === state)
  return {
    ...{ id, group: withoutNamespace(namespace, group) },
    state: has('RUNNING') ? 'RUNNING' : has('CANCELLED') ? 'CANCELLED' : 'DONE',
    brokers: redrives.map(redrive => ({
      ...{ brokerName: redrive.brokerName, state: redrive.state },
      ...{ startedAt: timeText(redrive.startedMs), changedAt: timeText(redrive.changedMs) },
      ...{ scanned: redrive.scannedCount, matched: redrive.matchedCount },
      ...{ redriven: redrive.redrivenCount, unroutable: redrive.unroutableCount },
      ...(redrive.failure === null ? {} : { failure: redrive.failure }),
    })),
  }
}

/** By the id that it was given when it began. Throws InvalidRequestError. */
async function requireOperation(
  { params: { operation: id }, namespace }: InNamespace & { readonly params: { readonly operation: string } },
  deadLetters: Pick<DeadLetters, 'find'>,
): Promise<Operation> {
  const [name = '', ...words] = decodeOpaque(id)
  if (words.length === 0 || !isInNamespace(namespace, name)) throw notFound()
  const group = requireGroup({ name })
  const found: Redrive[] = []
  for (let at = 0; at < words.length; at += 2) {
    const redrive = await deadLetters.find(group, { id: words[at] ?? '', brokerName: words[at + 1] ?? '' })
    if (redrive !== null) found.push(redrive)
  }
  if (found.length === 0) throw notFound()
  return { id, group, redrives: found }
}

function notFound(): InvalidRequestError {
  return new InvalidRequestError(v2.Code.NOT_FOUND, 'there is no such operation, or it ended long ago')
}
