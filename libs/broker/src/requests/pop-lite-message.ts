import { RefusedError } from '@rocketmq-ts/base'
import type { Clock } from '@rocketmq-ts/base'
import {
  POP_ORDER_REVIVE_QUEUE,
  readPopLiteMessageHeader,
  RemotingResponse,
  ResponseCode,
  toExtFields,
} from '@rocketmq-ts/protocol'
import type { PopLiteMessageHeader } from '@rocketmq-ts/protocol'
import type { Channel, RemotingRequest, RequestHandler } from '@rocketmq-ts/remoting'
import type { LiteDispatcher } from '../lite/lite-dispatcher'
import { requireLitePoppable } from '../lite/lite-pop-checks'
import type { LitePopChecksDeps } from '../lite/lite-pop-checks'
import { LitePopRun } from '../lite/lite-pop-run'
import type { LitePopRunListener } from '../lite/lite-pop-run'
import type { LitePolling, WaitingLitePop } from '../lite/lite-polling'
import { popDeadlineMs } from '../pop/pop-deadline'
import type { PopRunDeps } from '../pop/pop-run'
import type { FoundInQueue } from '../pop/pop-wish'
import type { BrokerStatistics } from '../statistics/broker-statistics'

export interface PopLiteMessageDeps extends LitePopChecksDeps {
  readonly liteDispatcher: Pick<LiteDispatcher, 'queuesFor' | 'dispatch'>
  readonly litePolling: Pick<LitePolling, 'hold'>
  readonly litePopRuns: PopRunDeps
  readonly statistics: Pick<BrokerStatistics, 'onGet'>
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
}

/** Java's header with numbers that are not set yet. */
const NO_FIELDS = { popTime: '0', invisibleTime: '0', reviveQid: '0' } as const

/** POP_LITE_MESSAGE. Source: broker/processor/PopLiteMessageProcessor.java */
export function popLiteMessage(deps: PopLiteMessageDeps): RequestHandler {
  return request => new LitePop(request, deps).begin()
}

/** One pop from its request to its answer, perhaps waiting in between. */
class LitePop implements WaitingLitePop, LitePopRunListener {
  readonly clientId: string
  readonly group: string
  readonly channel: Channel
  readonly deadlineMs: number
  heapIndex = -1
  private readonly header: PopLiteMessageHeader
  private popTime = 0
  private isTimeUp = false
  private isHeld = false

  constructor(
    private readonly request: RemotingRequest,
    private readonly deps: PopLiteMessageDeps,
  ) {
    this.header = readPopLiteMessageHeader(request.command)
    this.clientId = this.header.clientId
    this.group = this.header.consumerGroup
    this.channel = request.channel
    this.deadlineMs = popDeadlineMs(this.header, deps.clock)
  }

  begin(): void {
    const { header, deps, clientId, group } = this
    try {
      requireLitePoppable(header, deps)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      const { responseCode: code, message: remark } = error
      this.request.reply(new RemotingResponse({ code, remark, extFields: NO_FIELDS }))
      return
    }
    const { invisibleTime, attemptId } = header
    this.popTime = deps.clock.nowMs()
    const wish = {
      group,
      messageCountMax: Math.max(1, header.maxMsgNum),
      invisibleTime,
      attemptId,
      popTime: this.popTime,
    }
    const runDeps = {
      runs: deps.litePopRuns,
      takeQueue: deps.liteDispatcher.queuesFor(clientId),
      giveBack: (queueName: string) => deps.liteDispatcher.dispatch(group, queueName),
    }
    new LitePopRun(wish, runDeps, this).start()
  }

  /** All is checked again: topics, groups and permissions may be others now. */
  resume(isTimeUp: boolean): void {
    this.isTimeUp = isTimeUp
    this.begin()
  }

  onPopped(found: readonly FoundInQueue[]): void {
    if (found.length === 0) {
      this.hold()
      return
    }
    for (const { result } of found) {
      this.deps.statistics.onGet(this.group, this.header.topic, result.messageCount, result.bodyBytes)
    }
    this.request.reply(
      new RemotingResponse({
        ...{ code: ResponseCode.SUCCESS, remark: 'FOUND', extFields: this.fields(found) },
        bodyParts: found.flatMap(({ result }) => result.parts),
        release: () => {
          for (const { result } of found) result.release()
        },
      }),
    )
  }

  onPopFailed(error: Error): void {
    this.request.fail(error)
  }

  private hold(): void {
    const result = this.isTimeUp || this.request.command.isOneway ? 'NOT_POLLING' : this.deps.litePolling.hold(this)
    if (result === 'POLLING') {
      if (!this.isHeld) this.request.retain()
      this.isHeld = true
      return
    }
    const code = result === 'POLLING_FULL' ? ResponseCode.POLLING_FULL : ResponseCode.POLLING_TIMEOUT
    this.request.reply(new RemotingResponse({ code, remark: 'NO_MESSAGE_IN_QUEUE', extFields: this.fields([]) }))
  }

  private fields(found: readonly FoundInQueue[]): Record<string, string> {
    return toExtFields({
      popTime: this.popTime,
      invisibleTime: this.header.invisibleTime,
      reviveQid: POP_ORDER_REVIVE_QUEUE,
      orderCountInfo: found.flatMap(countsIn).join(';'),
    })
  }
}

/**
 * How often each message was popped before. Java's clients want as many numbers as messages; Java's broker tells them of
 * fewer or more when some of a lite topic come again and others for the first time.
 */
function countsIn({ offsets, consumedCounts }: FoundInQueue): readonly number[] {
  return offsets.map(offset => consumedCounts.get(offset) ?? 0)
}
