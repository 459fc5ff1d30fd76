import { readTriggerLiteDispatchHeader, RemotingResponse } from '@rocketmq-ts/protocol'
import { answering } from '@rocketmq-ts/remoting'
import type { RequestHandler } from '@rocketmq-ts/remoting'
import { requireLiteGroup } from '../lite/lite-admin-checks'
import type { LiteAdminChecksDeps } from '../lite/lite-admin-checks'
import type { LiteDispatcher } from '../lite/lite-dispatcher'

export interface TriggerLiteDispatchDeps extends LiteAdminChecksDeps {
  readonly liteDispatcher: Pick<LiteDispatcher, 'dispatchAll'>
}

/**
 * TRIGGER_LITE_DISPATCH: clients are told of all their lite topics with messages. Rejects with
 * SubscriptionGroupNotExistError, NotOfLiteTopicsError. Source: broker/processor/LiteManagerProcessor.java
 */
export function triggerLiteDispatch(deps: TriggerLiteDispatchDeps): RequestHandler {
  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws must reject
  return answering(async ({ command }) => {
    const { group, clientId } = readTriggerLiteDispatchHeader(command)
    requireLiteGroup(group, deps)
    deps.liteDispatcher.dispatchAll(group, clientId === '' ? null : clientId)
    return RemotingResponse.success()
  })
}
