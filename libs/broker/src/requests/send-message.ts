import { RefusedError } from '@rocketmq-ts/base'
import { readSendMessageHeader } from '@rocketmq-ts/protocol'
import type { SendMessageHeader, TopicConfig } from '@rocketmq-ts/protocol'
import type { RemotingRequest, RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageStore } from '@rocketmq-ts/store'
import { IncomingMessage } from '../messages/incoming-message'
import { BatchComposer } from '../messages/batch-composer'
import { MessageComposer } from '../messages/message-composer'
import type { MessageComposerDeps } from '../messages/message-composer'
import { MessageStamp } from '../messages/message-stamp'
import type { MessageStampConfig } from '../messages/message-stamp'
import { EmptyBodyError, IllegalQueueError } from '../messages/refusals'
import { deadLetterGroupOf, ensureDeadLetterTopic } from '../messages/retry-limit'
import type { RetryLimitDeps } from '../messages/retry-limit'
import { requireSendable } from '../messages/send-checks'
import type { SendChecksDeps } from '../messages/send-checks'
import { SendReplies } from '../messages/send-replies'
import type { SendRepliesDeps } from '../messages/send-replies'
import type { BrokerStatistics } from '../statistics/broker-statistics'
import type { TopicFile } from '../topics/topic-file'
import { isRetryTopic } from '../topics/topic-names'

export interface SendMessageDeps extends SendChecksDeps, RetryLimitDeps, Omit<MessageComposerDeps, 'stamp'> {
  readonly config: SendChecksDeps['config'] &
    MessageComposerDeps['config'] &
    MessageStampConfig & { readonly maxMessageSize: number }
  readonly store: Pick<MessageStore, 'put' | 'putBatch'>
  readonly topicFile: Pick<TopicFile, 'isSaved' | 'saved'>
  /** Of this broker as message ids name it: address bytes, then the port as int32. */
  readonly storeHost: Buffer
  readonly statistics: Pick<BrokerStatistics, 'onPut'>
  readonly transactionMetrics: SendRepliesDeps['transactionMetrics']
}

/**
 * SEND_MESSAGE, SEND_MESSAGE_V2 and SEND_BATCH_MESSAGE. The hot path: no promise, no closure, one object for each
 * message. Source: broker/processor/SendMessageProcessor.java
 */
export function sendMessage(deps: SendMessageDeps): RequestHandler {
  const sends = new Sends(deps)
  return request => sends.handle(request)
}

class Sends {
  private readonly stamp: MessageStamp
  private readonly replies: SendReplies
  private readonly singles: MessageComposer
  private readonly batches: BatchComposer
  private nextQueue = 0

  constructor(private readonly deps: SendMessageDeps) {
    this.stamp = new MessageStamp(deps.config)
    this.replies = new SendReplies({ ...deps, stamp: this.stamp })
    this.singles = new MessageComposer({ ...deps, stamp: this.stamp })
    this.batches = new BatchComposer({ ...deps, stamp: this.stamp })
  }

  /** What is no request at all, without fields or without a body, is thrown: Java's answer has no fields then. */
  handle(request: RemotingRequest): void {
    const { command, channel } = request
    const header = readSendMessageHeader(command)
    const { body } = command
    if (body === null) throw new EmptyBodyError()
    try {
      const topic = requireSendable(header, channel.remoteAddress, this.deps)
      const deadLetterTopic = header.batch ? null : this.deadLetterTopicFor(header, command.version)
      if (!this.deps.topicFile.isSaved((deadLetterTopic ?? topic).topicName)) {
        this.handleWhenSaved(request)
        return
      }
      const message = new IncomingMessage(request, header, body, this.replies)
      if (header.queueId < 0) message.queueId = message.sentQueueId = this.chooseQueue(topic)
      if (header.batch) this.putBatch(message, topic)
      else this.put(message, topic, deadLetterTopic)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      request.reply(this.replies.refused(error))
    }
  }

  /** Nothing is stored for a topic that a crash would forget: for one that was just made, sends wait for the disk. */
  private handleWhenSaved(request: RemotingRequest): void {
    request.retain()
    this.deps.topicFile
      .saved()
      .then(() => this.handle(request))
      .catch((error: unknown) => request.fail(error))
  }

  private put(message: IncomingMessage, topic: TopicConfig, deadLetterTopic: TopicConfig | null): void {
    if (deadLetterTopic === null) this.singles.compose(message, topic)
    else this.singles.composeDeadLetter(message, deadLetterTopic)
    this.deps.store.put(message, message)
  }

  private putBatch(message: IncomingMessage, topic: TopicConfig): void {
    this.batches.compose(message, topic)
    if (message.batchUniqId === null) this.deps.store.putBatch(message, message)
    else this.deps.store.put(message, message)
  }

  private deadLetterTopicFor(header: SendMessageHeader, version: number): TopicConfig | null {
    if (!isRetryTopic(header.topic)) return null
    const group = deadLetterGroupOf(header, version, this.deps)
    return group === null ? null : ensureDeadLetterTopic(group, this.deps.topics)
  }

  /** In turn: as even as Java's choice by chance, and the same in every run. */
  private chooseQueue({ topicName, writeQueueNums }: TopicConfig): number {
    if (writeQueueNums <= 0) throw new IllegalQueueError(`topic[${topicName}] has no queue to write to`)
    this.nextQueue = (this.nextQueue + 1) % 0x4000_0000
    return this.nextQueue % writeQueueNums
  }
}
