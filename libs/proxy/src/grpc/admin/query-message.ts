import type { Clock } from '@rocketmq-ts/base'
import { msOfTimestamp, v2 } from '@rocketmq-ts/protocol/grpc'
import type { AdminRequestOf } from '@rocketmq-ts/protocol/grpc'
import type { Messaging } from '../../messaging/messaging'
import type { PulledMessage } from '../../messaging/popped-messages'
import { requireFilter } from '../filters'
import { toClientMessage } from '../messages/to-client-message'
import { requireTopic } from '../names'
import { InvalidRequestError, OK } from '../status'
import type { AdminMethod } from './admin-method'
import { browseTopic } from './browse-topic'
import type { BrowseDeps } from './browse-topic'

export interface QueryMessageDeps extends BrowseDeps {
  readonly messaging: Pick<Messaging, 'find'>
  readonly clock: Pick<Clock, 'nowMs'>
}

type Question = AdminRequestOf<'QueryMessage'>

/** Messages of one answer. */
const PAGE_MESSAGE_COUNT_MAX = 64
const PAGE_MESSAGES = 32
/** Up to the end of a page that is asked for by its number. */
const PAGED_MESSAGE_COUNT_MAX = 1024

/**
 * QueryMessage: one by its id, some by a key, or all that were stored between two times, a tag expression (`subscription`)
 * leaving some out, or those of one lite topic. Pages are asked for by their number, or by the scroll id of the one before.
 */
export function queryMessage(deps: QueryMessageDeps): AdminMethod<'QueryMessage'> {
  return async question => {
    const { messages, scrollId } = await pageOf(question, deps)
    return { status: OK, messages: await Promise.all(messages.map(one => toClientMessage(one, null))), scrollId }
  }
}

interface Page {
  readonly messages: readonly PulledMessage[]
  /** Empty: this was the last. */
  readonly scrollId: string
}

async function pageOf(question: Question, deps: QueryMessageDeps): Promise<Page> {
  const topic = requireTopic(question.topic)
  const { skip, size } = placeOf(question)
  const times = {
    from: msOfTimestamp(question.beginTimestamp) ?? 0,
    until: msOfTimestamp(question.endTimestamp) ?? deps.clock.nowMs(),
  }
  const named = namedIn(question)
  if (named !== null) {
    const found = await deps.messaging.find({
      topic,
      ...named,
      countMax: skip + size,
      ...(named.by === 'key' ? times : {}),
    })
    if (found.length === 0)
      throw new InvalidRequestError(v2.Code.MESSAGE_NOT_FOUND, `no message of ${named.by} ${named.value}`)
    return { messages: found.slice(skip), scrollId: '' }
  }
  const filter = requireFilter({ type: v2.FilterType.TAG, expression: question.subscription ?? '' })
  const { brokerName, queueId, scrollId } = question
  const liteTopic = (question.liteTopic ?? '') === '' ? null : (question.liteTopic ?? '')
  const only = { brokerName: brokerName ?? null, queueId: queueId ?? null }
  const browsed = await browseTopic(
    { topic, liteTopic, ...times, filter, only, countMax: skip + size, scrollId: scrollId ?? '' },
    deps,
  )
  return { ...browsed, messages: browsed.messages.slice(skip) }
}

function namedIn({ messageId, messageKey }: Question): { readonly by: 'id' | 'key'; readonly value: string } | null {
  if ((messageId ?? '') !== '') return { by: 'id', value: messageId ?? '' }
  return (messageKey ?? '') === '' ? null : { by: 'key', value: messageKey ?? '' }
}

function placeOf({ pageNum, pageSize, maxMessageNums }: Question): { readonly skip: number; readonly size: number } {
  const wanted = pageSize ?? (maxMessageNums > 0 ? maxMessageNums : PAGE_MESSAGES)
  const size = Math.min(Math.max(1, wanted), PAGE_MESSAGE_COUNT_MAX)
  const skip = (Math.max(1, pageNum ?? 1) - 1) * size
  if (skip + size <= PAGED_MESSAGE_COUNT_MAX) return { skip, size }
  const text = `pages may be asked for by number up to message ${PAGED_MESSAGE_COUNT_MAX}: go on by scroll_id`
  throw new InvalidRequestError(v2.Code.BAD_REQUEST, text)
}
