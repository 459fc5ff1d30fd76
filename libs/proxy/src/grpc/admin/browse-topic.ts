import { v2 } from '@rocketmq-ts/protocol/grpc'
import { isReadable } from '../../messaging/metadata'
import type { Metadata } from '../../messaging/metadata'
import type { PulledMessage } from '../../messaging/popped-messages'
import { BROWSING_GROUP } from '../../messaging/queues'
import type { Queue, Queues } from '../../messaging/queues'
import type { MessageFilter } from '../../messaging/receive-messages'
import { InvalidRequestError } from '../status'

export interface BrowseDeps {
  readonly metadata: Pick<Metadata, 'requireRoute'>
  readonly queues: Pick<Queues, 'maxOffset' | 'offsetAt' | 'pull'>
}

export interface Browse {
  readonly topic: string
  /** Only what was sent to this lite topic of the topic; null: all. */
  readonly liteTopic: string | null
  /** When messages were stored, in ms. */
  readonly from: number
  readonly until: number
  readonly filter: MessageFilter
  /** Null: all. */
  readonly only: { readonly brokerName: string | null; readonly queueId: number | null }
  readonly countMax: number
  /** Where to go on; empty: at the beginning. */
  readonly scrollId: string
}

export interface Browsed {
  readonly messages: readonly PulledMessage[]
  /** Empty: there is no more. */
  readonly scrollId: string
}

/** Where the next message is: in which of the queues, in their order, and at which offset; null: where its time begins. */
interface Place {
  readonly queueIndex: number
  readonly offset: number | null
}

const BROWSED_MESSAGE_COUNT_MAX = 32

/** Messages of a topic, queue by queue, taken from nobody. Throws TopicNotFoundError, InvalidRequestError, BrokerRefusedError. */
export async function browseTopic(browse: Browse, deps: BrowseDeps): Promise<Browsed> {
  const queues = await queuesOf(browse, deps)
  const messages: PulledMessage[] = []
  for (let place = placeOf(browse.scrollId); ;) {
    const queue = queues[place.queueIndex]
    if (queue === undefined) return { messages, scrollId: '' }
    if (messages.length === browse.countMax) return { messages, scrollId: scrollIdOf(place) }
    const offset = place.offset ?? (await deps.queues.offsetAt(queue, browse.from))
    const pulled = await pullSome(queue, offset, browse.countMax - messages.length, { browse, deps })
    messages.push(...pulled.messages)
    const { nextOffset } = pulled
    place = nextOffset === null ? { queueIndex: place.queueIndex + 1, offset: null } : { ...place, offset: nextOffset }
  }
}

interface PulledSome {
  readonly messages: readonly PulledMessage[]
  /** Null: the queue has no more of that time. */
  readonly nextOffset: number | null
}

async function pullSome(
  queue: Queue,
  offset: number,
  countMax: number,
  { browse, deps }: { readonly browse: Browse; readonly deps: BrowseDeps },
): Promise<PulledSome> {
  const messageCountMax = Math.min(countMax, BROWSED_MESSAGE_COUNT_MAX)
  const end = await deps.queues.maxOffset(queue)
  if (offset >= end) return { messages: [], nextOffset: null }
  const request = { group: BROWSING_GROUP, queue, offset, messageCountMax, filter: browse.filter, pollMs: 0 }
  const { messages, nextOffset } = await deps.queues.pull(request)
  const inTime = messages.filter(
    ({ storeTimestamp }) => storeTimestamp >= browse.from && storeTimestamp <= browse.until,
  )
  const isPast = messages.some(({ storeTimestamp }) => storeTimestamp > browse.until)
  return { messages: inTime, nextOffset: isPast || nextOffset <= offset || nextOffset >= end ? null : nextOffset }
}

async function queuesOf({ topic, liteTopic, only }: Browse, { metadata }: BrowseDeps): Promise<readonly Queue[]> {
  const { queueDatas } = await metadata.requireRoute(topic)
  return queueDatas
    .filter(({ perm, brokerName }) => isReadable(perm) && (only.brokerName ?? brokerName) === brokerName)
    .sort((one, other) => (one.brokerName < other.brokerName ? -1 : 1))
    .flatMap(({ brokerName, readQueueNums }): readonly Queue[] =>
      liteTopic === null
        ? Array.from({ length: readQueueNums }, (_, queueId) => ({ topic, brokerName, queueId }))
        : [{ topic, brokerName, queueId: 0, liteTopic }],
    )
    .filter(({ queueId }) => (only.queueId ?? queueId) === queueId)
}

function scrollIdOf({ queueIndex, offset }: Place): string {
  return Buffer.from(`${queueIndex} ${offset ?? ''}`).toString('base64url')
}

function placeOf(scrollId: string): Place {
  if (scrollId === '') return { queueIndex: 0, offset: null }
  const parts = /^(\d{1,9}) (\d{0,15})$/.exec(Buffer.from(scrollId, 'base64url').toString())
  if (parts === null) throw new InvalidRequestError(v2.Code.BAD_REQUEST, 'scroll_id is not one that an answer gave')
  const [, queueIndex = '', offset = ''] = parts
  return { queueIndex: Number(queueIndex), offset: offset === '' ? null : Number(offset) }
}
