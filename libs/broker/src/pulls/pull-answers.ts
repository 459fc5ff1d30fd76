import type { RefusedError } from '@rocketmq-ts/base'
import { PullMessageResponse, RemotingResponse, ResponseCode } from '@rocketmq-ts/protocol'
import type { OutgoingResponse, PulledQueue, PullMessageHeader } from '@rocketmq-ts/protocol'
import type { GetMessageResult, GetMessageStatus } from '@rocketmq-ts/store'
import type { BrokerConfig } from '../broker-config'
import type { AllowedPull } from './pull-checks'
import { PullForbiddenError } from './pull-refusals'

/** What the store found, or where an operator wants the consumer to go on. */
export type PullStatus = GetMessageStatus | 'OFFSET_RESET'

/** What of a result goes into the head of an answer. */
export interface PullOutcome extends Pick<
  GetMessageResult,
  'nextBeginOffset' | 'minOffset' | 'maxOffset' | 'suggestPullingFromSlave'
> {
  readonly status: PullStatus
}

const MASTER_ID = 0

/**
 * How a pull with this outcome is answered. At PULL_OFFSET_MOVED a consumer throws its queue away and begins again at
 * nextBeginOffset. Source: broker/processor/PullMessageProcessor.java
 */
export function pullResponseCodeOf(
  status: PullStatus,
  { queueOffset }: Pick<PullMessageHeader, 'queueOffset'>,
): number {
  switch (status) {
    case 'FOUND':
      return ResponseCode.SUCCESS
    case 'NO_MATCHED_MESSAGE':
    case 'MESSAGE_WAS_REMOVING':
      return ResponseCode.PULL_RETRY_IMMEDIATELY
    case 'NO_MATCHED_LOGIC_QUEUE':
    case 'NO_MESSAGE_IN_QUEUE':
      return queueOffset === 0 ? ResponseCode.PULL_NOT_FOUND : ResponseCode.PULL_OFFSET_MOVED
    case 'OFFSET_FOUND_NULL':
    case 'OFFSET_OVERFLOW_ONE':
      return ResponseCode.PULL_NOT_FOUND
    case 'OFFSET_OVERFLOW_BADLY':
    case 'OFFSET_TOO_SMALL':
    case 'OFFSET_RESET':
      return ResponseCode.PULL_OFFSET_MOVED
  }
}

/** Answers to pulls. */
export class PullAnswers {
  constructor(private readonly config: Pick<BrokerConfig, 'slaveReadEnable'>) {}

  refused(error: RefusedError): OutgoingResponse {
    const extFields = error instanceof PullForbiddenError ? { forbiddenType: String(error.forbiddenType) } : {}
    return new RemotingResponse({ code: error.responseCode, remark: error.message, extFields })
  }

  /** The messages are handed on as the store holds them, and let go when they are sent. */
  found(code: number, result: GetMessageResult, allowed: AllowedPull): OutgoingResponse {
    return new PullMessageResponse({
      code,
      remark: result.status,
      queue: this.queueOf(result, allowed),
      records: result,
    })
  }

  notFound(code: number, outcome: PullOutcome, allowed: AllowedPull): OutgoingResponse {
    return new PullMessageResponse({
      code,
      remark: outcome.status,
      queue: this.queueOf(outcome, allowed),
      records: null,
    })
  }

  private queueOf(outcome: PullOutcome, { topic, group }: AllowedPull): PulledQueue {
    return {
      suggestWhichBrokerId: this.suggestedBroker(outcome, group),
      nextBeginOffset: outcome.nextBeginOffset,
      minOffset: outcome.minOffset,
      maxOffset: outcome.maxOffset,
      topicSysFlag: topic.topicSysFlag,
      groupSysFlag: group.groupSysFlag,
    }
  }

  private suggestedBroker({ suggestPullingFromSlave }: PullOutcome, group: AllowedPull['group']): number {
    if (!this.config.slaveReadEnable) return MASTER_ID
    return suggestPullingFromSlave ? group.whichBrokerWhenConsumeSlowly : group.brokerId
  }
}
