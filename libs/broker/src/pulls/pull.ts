import type { PullMessageHeader } from '@rocketmq-ts/protocol'
import type { Channel, RemotingRequest } from '@rocketmq-ts/remoting'
import type { GetListener, GetMessageQuery, GetMessageResult, MessageFilter } from '@rocketmq-ts/store'
import type { Broadcaster } from '../broadcasting/broadcaster'
import { liteQueueName } from '../lite/lite-queue-names'
import type { HeldRequest } from '../long-polling/pull-request-hold-service'
import type { AllowedPull } from './pull-checks'
import { PullSysFlag } from './pull-sys-flag'

/** Who carries pulls out. */
export interface Puller {
  begin(pull: Pull): void
  finish(pull: Pull, result: GetMessageResult): void
}

/** One pull from its request to its answer, perhaps held in between: the query, its listener, and the one who waits. */
export class Pull implements GetMessageQuery, GetListener, HeldRequest {
  /** That is read: of a lite topic, its queue. */
  readonly topic: string
  readonly queueId: number
  readonly queueOffset: number
  readonly messageCountMax: number
  readonly bytesMax: number | null
  readonly channel: Channel
  filter: MessageFilter | null = null
  allowed: AllowedPull | null = null
  /** Who gets for itself what all of its group get; null for who shares with them. */
  broadcaster: Broadcaster | null = null
  /** True until it has been held: it waits once, and commits once. */
  isFirst = true
  deadlineMs = 0
  heapIndex = -1

  constructor(
    readonly request: RemotingRequest,
    readonly header: PullMessageHeader,
    private readonly puller: Puller,
  ) {
    const { topic, liteTopic } = header
    this.topic = liteTopic === null || liteTopic.trim() === '' ? topic : liteQueueName(topic, liteTopic)
    this.queueId = header.queueId
    this.queueOffset = header.queueOffset
    this.messageCountMax = Math.max(header.maxMsgNums, 1)
    this.bytesMax = header.maxMsgBytes !== null && header.maxMsgBytes > 0 ? header.maxMsgBytes : null
    this.channel = request.channel
  }

  has(flag: number): boolean {
    return (this.header.sysFlag & flag) !== 0
  }

  get maySuspend(): boolean {
    return this.isFirst && this.has(PullSysFlag.SUSPEND) && !this.request.command.isOneway
  }

  /** All is checked again: topics, groups and permissions may be others now. */
  resume(): void {
    this.isFirst = false
    this.puller.begin(this)
  }

  onGet(result: GetMessageResult): void {
    this.puller.finish(this, result)
  }

  onGetFailed(error: Error): void {
    this.request.fail(error)
  }
}
