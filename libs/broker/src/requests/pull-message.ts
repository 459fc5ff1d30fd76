import { RefusedError } from '@rocketmq-ts/base'
import type { Clock, Log } from '@rocketmq-ts/base'
import { readPullMessageHeader, ResponseCode } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import type { GetMessageResult, MessageStore } from '@rocketmq-ts/store'
import type { BroadcastOffsetTable } from '../broadcasting/broadcast-offset-table'
import { broadcasterOf } from '../broadcasting/broadcaster'
import type { BrokerConfig } from '../broker-config'
import type { ConsumerOffsetTable } from '../consumer-offsets/consumer-offset-table'
import { PullFilters } from '../filter/pull-filters'
import type { PullFiltersDeps } from '../filter/pull-filters'
import type { PullRequestHoldService } from '../long-polling/pull-request-hold-service'
import { Pull } from '../pulls/pull'
import type { Puller } from '../pulls/pull'
import { PullAnswers, pullResponseCodeOf } from '../pulls/pull-answers'
import type { PullOutcome } from '../pulls/pull-answers'
import { requirePullable } from '../pulls/pull-checks'
import type { AllowedPull, PullChecksDeps } from '../pulls/pull-checks'
import { PullSysFlag } from '../pulls/pull-sys-flag'
import type { BrokerStatistics } from '../statistics/broker-statistics'

export interface PullMessageDeps extends Omit<PullChecksDeps, 'filters'>, PullFiltersDeps {
  readonly config: PullChecksDeps['config'] &
    PullFiltersDeps['config'] &
    Pick<BrokerConfig, 'enableBroadcastOffsetStore' | 'longPollingEnable' | 'shortPollingTimeMills' | 'slaveReadEnable'>
  readonly broadcastOffsets: Pick<BroadcastOffsetTable, 'beginOffset' | 'pulled'>
  readonly offsets: Pick<ConsumerOffsetTable, 'commit' | 'commitPull' | 'eraseResetOffset'>
  readonly store: Pick<MessageStore, 'get' | 'minOffset' | 'maxOffset'>
  readonly holdService: Pick<PullRequestHoldService, 'hold'>
  readonly statistics: Pick<BrokerStatistics, 'onGet'>
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  readonly log: Log
}

/** PULL_MESSAGE and LITE_PULL_MESSAGE. Source: broker/processor/PullMessageProcessor.java, DefaultPullMessageResultHandler.java */
export function pullMessage(deps: PullMessageDeps): RequestHandler {
  const pulls = new Pulls(deps)
  return request => pulls.begin(new Pull(request, readPullMessageHeader(request.command), pulls))
}

class Pulls implements Puller {
  private readonly answers: PullAnswers
  private readonly checks: PullChecksDeps

  constructor(private readonly deps: PullMessageDeps) {
    this.answers = new PullAnswers(deps.config)
    this.checks = { ...deps, filters: new PullFilters(deps) }
  }

  /** Begins, or begins again after a wait. */
  begin(pull: Pull): void {
    try {
      pull.allowed = requirePullable(pull.header, pull.request, this.checks)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      pull.request.reply(this.answers.refused(error))
      return
    }
    pull.filter = pull.allowed.filter
    const { config, offsets, consumers, store } = this.deps
    const { consumerGroup, topic, queueId } = pull.header
    if (config.enableBroadcastOffsetStore) pull.broadcaster = broadcasterOf(pull.header, pull.channel, consumers)
    const otherOffset = offsets.eraseResetOffset(consumerGroup, topic, queueId) ?? this.broadcastOffset(pull)
    if (otherOffset === null) store.get(pull, pull)
    else this.answerReset(pull, pull.allowed, otherOffset)
  }

  finish(pull: Pull, result: GetMessageResult): void {
    const { allowed } = pull
    if (allowed === null) return
    const code = pullResponseCodeOf(result.status, pull.header)
    this.commit(pull, code, result.nextBeginOffset)
    if (code === ResponseCode.SUCCESS) {
      const { consumerGroup, topic } = pull.header
      this.deps.statistics.onGet(consumerGroup, topic, result.messageCount, result.bodyBytes)
      pull.request.reply(this.answers.found(code, result, allowed))
    } else {
      if (code === ResponseCode.PULL_NOT_FOUND && pull.maySuspend) this.suspend(pull, result, allowed)
      else this.answerNotFound(pull, result, allowed)
      result.release()
    }
  }

  /** Holds the pull, unless a message has come since the store looked: nobody would wake it for that one. */
  private suspend(pull: Pull, result: GetMessageResult, allowed: AllowedPull): void {
    const { config, clock, store, holdService } = this.deps
    if (store.maxOffset(pull.topic, pull.queueId) > result.maxOffset) {
      pull.resume()
      return
    }
    const waitMs = config.longPollingEnable ? pull.header.suspendTimeoutMillis : config.shortPollingTimeMills
    pull.deadlineMs = clock.monotonicMs() + waitMs
    if (waitMs > 0 && holdService.hold(pull)) pull.request.retain()
    else this.answerNotFound(pull, result, allowed)
  }

  private answerNotFound(pull: Pull, outcome: PullOutcome, allowed: AllowedPull): void {
    const code = pullResponseCodeOf(outcome.status, pull.header)
    if (code === ResponseCode.PULL_OFFSET_MOVED) this.logMove(pull, outcome)
    pull.request.reply(this.answers.notFound(code, outcome, allowed))
  }

  private answerReset(pull: Pull, allowed: AllowedPull, nextBeginOffset: number): void {
    const { store } = this.deps
    this.commit(pull, ResponseCode.PULL_OFFSET_MOVED, nextBeginOffset)
    const minOffset = store.minOffset(pull.topic, pull.queueId)
    const maxOffset = store.maxOffset(pull.topic, pull.queueId)
    const outcome = { status: 'OFFSET_RESET', nextBeginOffset, minOffset, maxOffset } as const
    this.answerNotFound(pull, { ...outcome, suggestPullingFromSlave: false }, allowed)
  }

  private broadcastOffset({ header, broadcaster }: Pull): number | null {
    if (broadcaster === null) return null
    const { consumerGroup: group, topic, queueId, queueOffset: offset } = header
    return this.deps.broadcastOffsets.beginOffset({ group, topic, queueId, offset, broadcaster })
  }

  /** What the consumer has consumed comes along with its first pull; how far it pulls is known from every one. */
  private commit(pull: Pull, code: number, nextBeginOffset: number): void {
    const { consumerGroup: group, topic, queueId, queueOffset, commitOffset } = pull.header
    const { broadcaster } = pull
    if (broadcaster !== null) {
      const offset = code === ResponseCode.PULL_OFFSET_MOVED ? nextBeginOffset : queueOffset
      this.deps.broadcastOffsets.pulled({ group, topic, queueId, offset, broadcaster })
    }
    this.deps.offsets.commitPull({ group, topic, queueId, offset: nextBeginOffset })
    if (!pull.isFirst || !pull.has(PullSysFlag.COMMIT_OFFSET)) return
    this.deps.offsets.commit({ group, topic, queueId, offset: commitOffset })
  }

  private logMove({ header }: Pull, { status, nextBeginOffset }: PullOutcome): void {
    const { consumerGroup: group, topic, queueId, queueOffset } = header
    this.deps.log.warn(
      { group, topic, queueId, queueOffset, nextBeginOffset, status },
      'consumer is moved to another offset',
    )
  }
}
