import { RefusedError } from '@rocketmq-ts/base'
import type { Clock } from '@rocketmq-ts/base'
import { readPopMessageHeader, ResponseCode } from '@rocketmq-ts/protocol'
import type { PopMessageHeader } from '@rocketmq-ts/protocol'
import type { Channel, RemotingRequest, RequestHandler } from '@rocketmq-ts/remoting'
import type { MessageFilter } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import { PopAnswers } from '../pop/pop-answers'
import { requirePoppable } from '../pop/pop-checks'
import type { AllowedPop, PopChecksDeps } from '../pop/pop-checks'
import { popDeadlineMs } from '../pop/pop-deadline'
import type { PopLongPollingService, WaitingPop } from '../pop/pop-long-polling-service'
import { popPlan } from '../pop/pop-plan'
import type { PopPlanDeps } from '../pop/pop-plan'
import { PopRun } from '../pop/pop-run'
import type { PopRunDeps, PopRunListener } from '../pop/pop-run'
import type { PopOutcome } from '../pop/pop-wish'
import type { BrokerStatistics } from '../statistics/broker-statistics'

export interface PopMessageDeps extends PopChecksDeps, PopPlanDeps {
  readonly config: PopChecksDeps['config'] &
    PopPlanDeps['config'] &
    Pick<BrokerConfig, 'brokerName' | 'popResponseReturnActualRetryTopic'>
  readonly topics: PopChecksDeps['topics']
  readonly popRuns: PopRunDeps
  readonly popLongPolling: Pick<PopLongPollingService, 'hold' | 'wakeNext'>
  readonly statistics: Pick<BrokerStatistics, 'onGet'>
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
}

/** POP_MESSAGE. Source: broker/processor/PopMessageProcessor.java */
export function popMessage(deps: PopMessageDeps): RequestHandler {
  const answers = new PopAnswers(deps.config)
  return request => new Pop(request, deps, answers).begin()
}

/** One pop from its request to its answer, perhaps waiting in between. */
class Pop implements WaitingPop, PopRunListener {
  readonly group: string
  readonly topic: string
  readonly queueId: number
  readonly channel: Channel
  readonly deadlineMs: number
  heapIndex = -1
  filter: MessageFilter | null = null
  private readonly header: PopMessageHeader
  private isTimeUp = false
  private isHeld = false

  constructor(
    private readonly request: RemotingRequest,
    private readonly deps: PopMessageDeps,
    private readonly answers: PopAnswers,
  ) {
    this.header = readPopMessageHeader(request.command)
    const { consumerGroup, topic, queueId } = this.header
    this.group = consumerGroup
    this.topic = topic
    this.queueId = queueId
    this.channel = request.channel
    this.deadlineMs = popDeadlineMs(this.header, deps.clock)
  }

  begin(): void {
    let allowed: AllowedPop
    try {
      allowed = requirePoppable(this.header, this.request, this.deps)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      this.request.reply(this.answers.refused(error))
      return
    }
    const { header, deps } = this
    this.filter = allowed.filter
    const wish = {
      group: header.consumerGroup,
      messageCountMax: Math.max(1, header.maxMsgNums),
      invisibleTime: header.invisibleTime,
      initMode: header.initMode,
      filter: allowed.filter,
      order: header.order ? { attemptId: header.attemptId } : null,
      queues: popPlan(header, allowed, { draw: Math.floor(Math.random() * 100), deps }),
    }
    new PopRun(wish, deps.clock.nowMs(), deps.popRuns, this).start()
  }

  /** All is checked again: topics, groups and permissions may be others now. */
  resume(isTimeUp: boolean): void {
    this.isTimeUp = isTimeUp
    this.begin()
  }

  onPopped(outcome: PopOutcome): void {
    const { deps, header } = this
    if (outcome.found.length > 0) {
      for (const { topic, result } of outcome.found) {
        deps.statistics.onGet(this.group, topic, result.messageCount, result.bodyBytes)
      }
      this.request.reply(this.answers.found(header, outcome))
      if (outcome.restCount > 0) deps.popLongPolling.wakeNext(this.topic, this.group)
      return
    }
    if (outcome.isWorthAnotherLook && !this.isTimeUp) {
      this.begin()
      return
    }
    this.hold(outcome)
  }

  onPopFailed(error: Error): void {
    this.request.fail(error)
  }

  private hold(outcome: PopOutcome): void {
    const result = this.isTimeUp || this.request.command.isOneway ? 'NOT_POLLING' : this.deps.popLongPolling.hold(this)
    if (result === 'POLLING') {
      if (!this.isHeld) this.request.retain()
      this.isHeld = true
      return
    }
    const code = result === 'POLLING_FULL' ? ResponseCode.POLLING_FULL : ResponseCode.POLLING_TIMEOUT
    this.request.reply(this.answers.notFound(code, this.header, outcome))
  }
}
