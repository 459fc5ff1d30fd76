import type { ConsumerGroups } from '../../messaging/consumer-groups'
import type { ConnectedClients } from '../../settings/connected-clients'
import { askThreadStackTrace } from '../relay-call'
import type { RelayCallDeps } from '../relay-call'
import { OK } from '../status'
import type { AdminMethod } from './admin-method'
import { findHere, requireMember } from './reach-client'

export interface PrintThreadStackTraceDeps extends Pick<RelayCallDeps, 'questions'> {
  readonly consumerGroups: Pick<ConsumerGroups, 'runningInfo'>
  readonly clients: Pick<ConnectedClients, 'find'>
}

/** PrintThreadStackTrace: what the threads of a consumer do, in its own words, whatever protocol it speaks. */
export function printThreadStackTrace(deps: PrintThreadStackTraceDeps): AdminMethod<'PrintThreadStackTrace'> {
  return async request => {
    const member = requireMember(request)
    const here = findHere(member, deps.clients)
    const threadStackTrace =
      here === null
        ? ((await deps.consumerGroups.runningInfo(member, true)).jstack ?? '')
        : await askThreadStackTrace(here, deps)
    return { status: OK, threadStackTrace }
  }
}
