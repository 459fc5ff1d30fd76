import { RefusedError } from '@rocketmq-ts/base'
import { readPollingInfoHeader, RemotingResponse, ResponseCode, toExtFields } from '@rocketmq-ts/protocol'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { requirePeekable } from '../pop/pop-checks'
import type { PeekChecksDeps } from '../pop/pop-checks'
import type { PopLongPollingService } from '../pop/pop-long-polling-service'

export interface PollingInfoDeps extends PeekChecksDeps {
  readonly popLongPolling: Pick<PopLongPollingService, 'waitingCountOf'>
}

/** POLLING_INFO: how many pops of a group wait for a queue, or for all. Source: broker/processor/PollingInfoProcessor.java */
export function pollingInfo(deps: PollingInfoDeps): RequestHandler {
  return request => {
    const header = readPollingInfoHeader(request.command)
    try {
      requirePeekable(header, request, deps)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      const extFields = { pollingNum: '0' }
      request.reply(new RemotingResponse({ code: error.responseCode, remark: error.message, extFields }))
      return
    }
    const pollingNum = deps.popLongPolling.waitingCountOf(header.topic, header.consumerGroup, header.queueId)
    const remark = 'not set any response code'
    request.reply(new RemotingResponse({ code: ResponseCode.SUCCESS, remark, extFields: toExtFields({ pollingNum }) }))
  }
}
