import { RefusedError } from '@rocketmq-ts/base'
import { readPeekMessageHeader, RemotingResponse, ResponseCode, toExtFields } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { GetMessageResult, MessageStore } from '@rocketmq-ts/store'
import { getMessages } from '../messages/store-calls'
import { requirePeekable } from '../pop/pop-checks'
import type { PeekChecksDeps, PoppedTopic } from '../pop/pop-checks'
import { popPlan } from '../pop/pop-plan'
import type { PopPlanDeps } from '../pop/pop-plan'
import type { PopQueue } from '../pop/pop-wish'

/** As many as a pop would get; Java has no limit. */
const MESSAGE_COUNT_MAX = 32
const NO_FIELDS = { popTime: 0, invisibleTime: 0, reviveQid: 0, restNum: 0 } as const

export interface PeekMessageDeps extends PeekChecksDeps, PopPlanDeps {
  readonly config: PeekChecksDeps['config'] & PopPlanDeps['config']
  readonly topics: PeekChecksDeps['topics']
  readonly store: Pick<MessageStore, 'get' | 'maxOffset'>
}

interface Peeked {
  readonly results: GetMessageResult[]
  restNum: number
}

/** PEEK_MESSAGE: what a group would pop next; it stays where it is. Source: broker/processor/PeekMessageProcessor.java */
export function peekMessage(deps: PeekMessageDeps): RequestHandler {
  return answering(async request => {
    const header = readPeekMessageHeader(request.command)
    let asked: PoppedTopic
    try {
      asked = requirePeekable(header, request, deps)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      return new RemotingResponse({
        code: error.responseCode,
        remark: error.message,
        extFields: toExtFields(NO_FIELDS),
      })
    }
    const draw = Math.floor(Math.random() * 100)
    const queues = popPlan({ ...header, order: false }, asked, { draw, deps })
    const messageCountMax = Math.min(header.maxMsgNums, MESSAGE_COUNT_MAX)
    return answerOf(await peek(queues, { group: header.consumerGroup, messageCountMax }, deps))
  })
}

async function peek(
  queues: readonly PopQueue[],
  { group, messageCountMax }: { readonly group: string; readonly messageCountMax: number },
  { store, popRuns }: PeekMessageDeps,
): Promise<Peeked> {
  const peeked: Peeked = { results: [], restNum: 0 }
  let leftCount = messageCountMax
  try {
    for (const queue of queues) {
      const queueOffset = popRuns.offsets.peek({ ...queue, group }, 0)
      peeked.restNum += Math.max(0, store.maxOffset(queue.topic, queue.queueId) - queueOffset)
      if (leftCount <= 0) continue
      const found = await getFrom({ ...queue, queueOffset, messageCountMax: leftCount }, store)
      peeked.results.push(found)
      leftCount -= found.messageCount
    }
    return peeked
  } catch (error) {
    for (const result of peeked.results) result.release()
    throw error
  }
}

/** An offset that the queue does not have is put right, for this look only. */
async function getFrom(
  query: PopQueue & { readonly queueOffset: number; readonly messageCountMax: number },
  store: PeekMessageDeps['store'],
): Promise<GetMessageResult> {
  const found = await getMessages(store, { ...query, bytesMax: null, filter: null })
  if (found.status !== 'OFFSET_TOO_SMALL' && found.status !== 'OFFSET_OVERFLOW_BADLY') return found
  found.release()
  return getMessages(store, { ...query, queueOffset: found.nextBeginOffset, bytesMax: null, filter: null })
}

function answerOf({ results, restNum }: Peeked): RemotingResponse {
  const isFound = results.some(({ messageCount }) => messageCount > 0)
  return new RemotingResponse({
    code: isFound ? ResponseCode.SUCCESS : ResponseCode.PULL_NOT_FOUND,
    remark: isFound ? 'FOUND' : 'NO_MESSAGE_IN_QUEUE',
    extFields: toExtFields({ ...NO_FIELDS, restNum }),
    bodyParts: results.flatMap(({ parts }) => parts),
    release: () => {
      for (const result of results) result.release()
    },
  })
}
