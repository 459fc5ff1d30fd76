import {
  liteTopicInfoJson,
  RemotingCommand,
  RequestCode,
  resetOffsetJson,
  ResponseCode,
  toExtFields,
} from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import type { Brokers } from './brokers'
import { isReadable } from './metadata'
import type { Metadata } from './metadata'
import { readStoredMessages } from './popped-messages'
import type { PulledMessage } from './popped-messages'
import type { MessageFilter } from './receive-messages'
import { BrokerRefusedError, QueueNotFoundError, requireSuccess } from './refusals'
import { isWantedBy } from './tag-filter'

/** One queue of a topic. */
export interface Queue {
  readonly topic: string
  readonly brokerName: string
  readonly queueId: number
  /** Given: only what was sent to this lite topic of the topic; it is queue 0. */
  readonly liteTopic?: string
}

export interface QueueOffset extends Queue {
  readonly offset: number
}

export interface PullRequest {
  readonly group: string
  readonly queue: Queue
  readonly offset: number
  readonly messageCountMax: number
  readonly filter: MessageFilter
  /** How long a broker may hold the request while there is nothing. */
  readonly pollMs: number
}

export interface Pulled {
  readonly messages: readonly PulledMessage[]
  /** Where to go on. */
  readonly nextOffset: number
  /** The offset that was asked for is not in the queue. */
  readonly isOutside: boolean
}

export interface QueuesDeps {
  readonly brokers: Pick<Brokers, 'invoke'>
  readonly metadata: Pick<Metadata, 'requireRoute'>
}

/** The lower and upper ones of equal times. */
export type TimeBoundary = 'LOWER' | 'UPPER'

/** Reads like an administrator: no group is made for it, no offset kept. Source: common/MixAll.java */
export const BROWSING_GROUP = 'TOOLS_CONSUMER'

const TIMEOUT_MS = 3000
/** An answer takes a moment to get here. */
const ANSWER_MARGIN_MS = 10_000
/** Of a pull: wait when there is nothing, and here is what is wanted. */
const PULL_SYS_FLAG = 0x2 | 0x4

/** Queues, read without hiding anything from others. All throw TopicNotFoundError, QueueNotFoundError, BrokerRefusedError. */
export class Queues {
  constructor(private readonly deps: QueuesDeps) {}

  /** All of the topic that can be read. */
  async all(topic: string): Promise<readonly Queue[]> {
    const { queueDatas } = await this.deps.metadata.requireRoute(topic)
    return queueDatas
      .filter(({ perm }) => isReadable(perm))
      .flatMap(({ brokerName, readQueueNums }) =>
        Array.from({ length: readQueueNums }, (_, queueId) => ({ topic, brokerName, queueId })),
      )
  }

  async pull({ group, queue, offset, messageCountMax, filter, pollMs }: PullRequest): Promise<Pulled> {
    const response = await this.ask(
      RequestCode.PULL_MESSAGE,
      queue,
      {
        ...{ consumerGroup: group, queueOffset: offset, maxMsgNums: messageCountMax, sysFlag: PULL_SYS_FLAG },
        ...{ commitOffset: 0, suspendTimeoutMillis: pollMs, subVersion: 0 },
        ...{ subscription: filter.expression, expressionType: filter.type },
      },
      pollMs + ANSWER_MARGIN_MS,
    )
    const nextOffset = Number(response.extFields['nextBeginOffset'] ?? offset)
    switch (response.code) {
      case ResponseCode.SUCCESS: {
        const messages = readStoredMessages(response).filter(isWantedBy(filter))
        return { messages, nextOffset, isOutside: false }
      }
      case ResponseCode.PULL_NOT_FOUND:
      case ResponseCode.PULL_RETRY_IMMEDIATELY:
        return { messages: [], nextOffset, isOutside: false }
      case ResponseCode.PULL_OFFSET_MOVED:
        return { messages: [], nextOffset, isOutside: true }
      default:
        throw new BrokerRefusedError(response.code, response.remark)
    }
  }

  async minOffset(queue: Queue): Promise<number> {
    if (isLite(queue)) return (await this.liteTopicOffset(queue)).minOffset
    return offsetIn(await this.ask(RequestCode.GET_MIN_OFFSET, queue))
  }

  /** Of the message that comes next. */
  async maxOffset(queue: Queue): Promise<number> {
    if (isLite(queue)) return (await this.liteTopicOffset(queue)).maxOffset
    return offsetIn(await this.ask(RequestCode.GET_MAX_OFFSET, queue))
  }

  /** When its first and last messages were stored, in ms; 0: it has none. */
  async storedBetween(queue: Queue): Promise<{ readonly firstMs: number; readonly lastMs: number }> {
    const [first, end] = await Promise.all([this.minOffset(queue), this.maxOffset(queue)])
    if (end <= first) return { firstMs: 0, lastMs: 0 }
    const storedAt = async (offset: number): Promise<number> => {
      const filter = { type: 'TAG', expression: '*' } as const
      const request = { group: BROWSING_GROUP, queue, offset, messageCountMax: 1, filter, pollMs: 0 }
      const { messages } = await this.pull(request)
      return messages[0]?.storeTimestamp ?? 0
    }
    const [firstMs, lastMs] = await Promise.all([storedAt(first), storedAt(end - 1)])
    return { firstMs, lastMs }
  }

  /** Of the message stored at that time, or the first after it. */
  async offsetAt(queue: Queue, timestamp: number, boundaryType: TimeBoundary = 'LOWER'): Promise<number> {
    return offsetIn(await this.ask(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, queue, { timestamp, boundaryType }))
  }

  /** Null: the group has none. */
  async committedOffset(group: string, queue: Queue): Promise<number | null> {
    const fields = { consumerGroup: group, setZeroIfNotFound: false }
    const response = await this.ask(RequestCode.QUERY_CONSUMER_OFFSET, queue, fields)
    return response.code === ResponseCode.QUERY_NOT_FOUND ? null : offsetIn(response)
  }

  async commitOffset(group: string, queue: Queue, offset: number): Promise<void> {
    const fields = { consumerGroup: group, commitOffset: offset }
    requireSuccess(await this.ask(RequestCode.UPDATE_CONSUMER_OFFSET, queue, fields))
  }

  /** The group goes on at what was stored at that time, negative: at the end, in every queue. Where that is. */
  async resetOffsets(group: string, topic: string, timestamp: number): Promise<readonly QueueOffset[]> {
    const { queueDatas } = await this.deps.metadata.requireRoute(topic)
    const names = new Set(queueDatas.filter(({ perm }) => isReadable(perm)).map(({ brokerName }) => brokerName))
    const tables = await Promise.all(
      [...names].map(async brokerName => {
        const fields = toExtFields({ topic, group, timestamp, isForce: true })
        const command = RemotingCommand.request(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, fields)
        const { body } = requireSuccess(await this.deps.brokers.invoke(brokerName, command, TIMEOUT_MS))
        return [...resetOffsetJson.decode(body).offsetTable]
      }),
    )
    return tables.flat().map(([{ brokerName, queueId }, offset]) => ({ topic, brokerName, queueId, offset }))
  }

  /** What asks for offsets of a queue cannot name a lite topic. */
  private async liteTopicOffset(queue: Queue): Promise<{ readonly minOffset: number; readonly maxOffset: number }> {
    const { body } = requireSuccess(
      await this.ask(RequestCode.GET_LITE_TOPIC_INFO, queue, { parentTopic: queue.topic }),
    )
    return liteTopicInfoJson.decode(body).topicOffset
  }

  private async ask(
    code: number,
    queue: Queue,
    more: Parameters<typeof toExtFields>[0] = {},
    timeoutMs: number = TIMEOUT_MS,
  ): Promise<IncomingCommand> {
    const { topic, brokerName, queueId, liteTopic } = queue
    const { queueDatas } = await this.deps.metadata.requireRoute(topic)
    const isThere = queueDatas.some(
      data => data.brokerName === brokerName && isReadable(data.perm) && queueId >= 0 && queueId < data.readQueueNums,
    )
    if (!isThere || (isLite(queue) && queueId !== 0)) throw new QueueNotFoundError(queue)
    const fields = toExtFields({ topic, queueId, liteTopic, bname: brokerName, ...more })
    const command = RemotingCommand.request(code, fields)
    return await this.deps.brokers.invoke(brokerName, command, timeoutMs)
  }
}

function isLite({ liteTopic = '' }: Queue): boolean {
  return liteTopic !== ''
}

function offsetIn(response: IncomingCommand): number {
  return Number(requireSuccess(response).extFields['offset'] ?? 0)
}
