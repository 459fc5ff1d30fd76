import { RefusedError } from '@rocketmq-ts/base'
import type { Clock } from '@rocketmq-ts/base'
import { readNotificationHeader, RemotingResponse, ResponseCode, toExtFields } from '@rocketmq-ts/protocol'
import type { NotificationHeader } from '@rocketmq-ts/protocol'
import type { Channel, RemotingRequest, RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageFilter, MessageStore } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOrderTable } from '../consumer-order/consumer-order-table'
import { getMessages } from '../messages/store-calls'
import { requirePeekable } from '../pop/pop-checks'
import type { PeekChecksDeps, PoppedTopic } from '../pop/pop-checks'
import { popDeadlineMs } from '../pop/pop-deadline'
import type { PopLongPollingService, WaitingPop } from '../pop/pop-long-polling-service'
import { popPlan } from '../pop/pop-plan'
import type { PopPlanDeps } from '../pop/pop-plan'
import type { PopSubscriptions } from '../pop/pop-subscriptions'
import type { PopQueue } from '../pop/pop-wish'

export interface NotificationDeps extends PeekChecksDeps, PopPlanDeps {
  readonly config: PeekChecksDeps['config'] &
    PopPlanDeps['config'] &
    Pick<BrokerConfig, 'useMessageFilterForNotification'>
  readonly topics: PeekChecksDeps['topics']
  readonly store: Pick<MessageStore, 'get' | 'maxOffset'>
  readonly orders: Pick<ConsumerOrderTable, 'isBlocked'>
  readonly subscriptions: Pick<PopSubscriptions, 'filterOf'>
  readonly notifications: Pick<PopLongPollingService, 'hold'>
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
}

/** NOTIFICATION: tells when there is something to pop. Source: broker/processor/NotificationProcessor.java */
export function notification(deps: NotificationDeps): RequestHandler {
  return request => new Notification(request, deps).begin()
}

/** One request from its start to its answer, perhaps waiting in between. */
class Notification implements WaitingPop {
  readonly group: string
  readonly topic: string
  readonly queueId: number
  readonly channel: Channel
  readonly deadlineMs: number
  heapIndex = -1
  filter: MessageFilter | null = null
  private readonly header: NotificationHeader
  private isTimeUp = false
  private isHeld = false

  constructor(
    private readonly request: RemotingRequest,
    private readonly deps: NotificationDeps,
  ) {
    this.header = readNotificationHeader(request.command)
    const { consumerGroup, topic, queueId } = this.header
    this.group = consumerGroup
    this.topic = topic
    this.queueId = queueId
    this.channel = request.channel
    this.deadlineMs = popDeadlineMs(this.header, deps.clock)
  }

  begin(): void {
    let asked: PoppedTopic
    try {
      asked = requirePeekable(this.header, this.request, this.deps)
      this.filter = this.requireFilter()
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      this.reply({ code: error.responseCode, remark: error.message })
      return
    }
    if (!this.isHeld) this.request.retain()
    this.isHeld = true
    this.lookFor(asked).catch((error: unknown) => this.request.fail(error))
  }

  /** All is checked again: topics, groups and permissions may be others now. */
  resume(isTimeUp: boolean): void {
    this.isTimeUp = isTimeUp
    this.begin()
  }

  private async lookFor(asked: PoppedTopic): Promise<void> {
    const seenCount = this.messageCount(asked)
    if (await this.hasMessage(asked)) this.reply({ hasMsg: true })
    else if (this.messageCount(asked) !== seenCount)
      this.begin() // it came while others were looked at
    else if (this.isTimeUp || this.request.command.isOneway) this.reply({})
    else {
      const result = this.deps.notifications.hold(this)
      if (result !== 'POLLING') this.reply({ pollingFull: result === 'POLLING_FULL' })
    }
  }

  private async hasMessage(asked: PoppedTopic): Promise<boolean> {
    for (const queue of this.queues(asked)) if (await this.hasMessageIn(queue)) return true
    return false
  }

  /** Messages that come again are wanted, whatever they are. */
  private async hasMessageIn({ topic, queueId }: PopQueue): Promise<boolean> {
    const { header, deps, group } = this
    if (header.order && deps.orders.isBlocked({ topic, group, queueId }, header.attemptId)) return false
    const queueOffset = deps.popRuns.offsets.peek({ topic, group, queueId }, 0)
    const hasMore = deps.store.maxOffset(topic, queueId) > queueOffset
    if (!hasMore || this.filter === null || topic !== this.topic) return hasMore
    const query = { topic, queueId, queueOffset, messageCountMax: 1, bytesMax: null, filter: this.filter }
    const found = await getMessages(deps.store, query)
    found.release()
    return found.messageCount > 0 || found.nextBeginOffset < found.maxOffset
  }

  private messageCount(asked: PoppedTopic): number {
    const counts = this.queues(asked).map(({ topic, queueId }) => this.deps.store.maxOffset(topic, queueId))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  private queues(asked: PoppedTopic): readonly PopQueue[] {
    return popPlan(this.header, asked, { draw: 99, deps: this.deps })
  }

  private requireFilter(): MessageFilter | null {
    const { exp: expression, expType: expressionType } = this.header
    if (!this.deps.config.useMessageFilterForNotification || !expression || !expressionType) return null
    return this.deps.subscriptions.filterOf({ group: this.group, topic: this.topic, expression, expressionType })
  }

  private reply({
    code = ResponseCode.SUCCESS as number,
    remark = 'not set any response code',
    hasMsg = false,
    pollingFull = false,
  }): void {
    this.request.reply(new RemotingResponse({ code, remark, extFields: toExtFields({ hasMsg, pollingFull }) }))
  }
}
