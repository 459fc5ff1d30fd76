import type { LiteOffsetOption, LiteSubscriptionAction } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { LiteSubscriptions } from '../../messaging/lite/lite-subscriptions'
import type { ConnectedClients } from '../../settings/connected-clients'
import type { UnaryMethod } from '../method'
import { requireGroup, requireLiteTopic, requireTopic } from '../names'
import { InvalidRequestError, OK } from '../status'

export interface SyncLiteSubscriptionDeps {
  readonly liteSubscriptions: Pick<LiteSubscriptions, 'sync'>
  readonly clients: Pick<ConnectedClients, 'find'>
  readonly config: { readonly maxLiteTopicSize: number }
}

/**
 * SyncLiteSubscription: a consumer says which lite topics it wants, all of them or what changes.
 * Source: proxy/grpc/v2/client/ClientActivity.java
 */
export function syncLiteSubscription({
  liteSubscriptions,
  clients,
  config,
}: SyncLiteSubscriptionDeps): UnaryMethod<'SyncLiteSubscription'> {
  return async (request, { clientId }) => {
    const topic = requireTopic(request.topic)
    const group = requireGroup(request.group)
    const action = requireAction(request.action)
    const isAddition = action === 'PARTIAL_ADD'
    const liteTopics = [...new Set(request.liteTopicSet)]
    if (isAddition) for (const name of liteTopics) requireLiteTopic(name, config)
    const offsetOption = isAddition ? requireOffsetOption(request.offsetOption) : null
    const change = { action, clientId, group, topic, liteTopics, offsetOption, version: request.version ?? 0 }
    await liteSubscriptions.sync(change, clients.find(clientId)?.link ?? null)
    return { status: OK }
  }
}

const actions: ReadonlyMap<v2.LiteSubscriptionAction, LiteSubscriptionAction> = new Map([
  [v2.LiteSubscriptionAction.PARTIAL_ADD, 'PARTIAL_ADD'],
  [v2.LiteSubscriptionAction.PARTIAL_REMOVE, 'PARTIAL_REMOVE'],
  [v2.LiteSubscriptionAction.COMPLETE_ADD, 'COMPLETE_ADD'],
  [v2.LiteSubscriptionAction.COMPLETE_REMOVE, 'COMPLETE_REMOVE'],
])

function requireAction(given: v2.LiteSubscriptionAction): LiteSubscriptionAction {
  const action = actions.get(given)
  if (action !== undefined) return action
  throw new InvalidRequestError(v2.Code.BAD_REQUEST, `unknown LiteSubscriptionAction: ${given}`)
}

const { LAST, MIN, MAX } = v2.OffsetOption.Policy

function requireOffsetOption(option: v2.OffsetOption.$Properties | null | undefined): LiteOffsetOption | null {
  if (option === null || option === undefined) return null
  const { policy, offset, tailN, timestamp } = option
  if (isGiven(policy) && [LAST, MIN, MAX].includes(policy)) return { type: 'POLICY', value: policy }
  if (isGiven(offset)) return { type: 'OFFSET', value: offset }
  if (isGiven(tailN)) return { type: 'TAIL_N', value: tailN }
  if (isGiven(timestamp)) return { type: 'TIMESTAMP', value: timestamp }
  const text = 'an offset option is one of LAST, MIN and MAX, or an offset, a tail or a time'
  throw new InvalidRequestError(v2.Code.BAD_REQUEST, text)
}

function isGiven(value: number | null | undefined): value is number {
  return value !== null && value !== undefined
}
