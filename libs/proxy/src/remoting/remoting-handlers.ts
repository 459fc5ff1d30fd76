import { parseProperties, RequestCode } from '@rocketmq-ts/protocol'
import type { IncomingCommand } from '@rocketmq-ts/protocol'
import type { RequestHandlers } from '@rocketmq-ts/remoting'
import type { RequireFitting } from '../messaging/require-fitting'
import type { ClientRelays } from './client-relays'
import { forward } from './forward'
import type { Forwarding } from './forward'
import { getRouteInfoByTopic } from './get-route-info-by-topic'
import type { GetRouteInfoByTopicDeps } from './get-route-info-by-topic'

export interface RemotingHandlerDeps extends GetRouteInfoByTopicDeps {
  readonly relays: Pick<ClientRelays, 'of'>
  readonly requireFitting: RequireFitting
}

const BROKER_TIMEOUT_MS = 3000
/** What a request that waits for messages may take beyond the wait that it asks for. */
const BEYOND_WAIT_MS = 10_000

/**
 * What a remoting client is served; the broker that a request names does the work. More than in Java, whose proxy leaves out
 * what popping consumers, and those who reply, ask for. Source: proxy/remoting/RemotingProtocolServer.java
 */
export function remotingHandlers(deps: RemotingHandlerDeps): RequestHandlers {
  const { relays, requireFitting } = deps
  const usual: Forwarding = { brokerField: 'bname', timeoutMs: () => BROKER_TIMEOUT_MS }
  const waiting = (field: string): Forwarding => ({ ...usual, timeoutMs: command => waitMs(command, field) })
  const sending = (topicField: string, propertiesField: string, brokerField: string): Forwarding => ({
    ...usual,
    brokerField,
    check: ({ extFields }) =>
      requireFitting(extFields[topicField] ?? '', parseProperties(extFields[propertiesField] ?? '')),
  })
  const forwardings: Readonly<Record<number, Forwarding>> = {
    [RequestCode.SEND_MESSAGE]: sending('topic', 'properties', 'bname'),
    [RequestCode.SEND_MESSAGE_V2]: sending('b', 'i', 'n'),
    [RequestCode.SEND_BATCH_MESSAGE]: sending('b', 'i', 'n'),
    [RequestCode.SEND_REPLY_MESSAGE]: usual,
    [RequestCode.SEND_REPLY_MESSAGE_V2]: { ...usual, brokerField: 'n' },
    [RequestCode.CONSUMER_SEND_MSG_BACK]: usual,
    [RequestCode.END_TRANSACTION]: usual,
    [RequestCode.RECALL_MESSAGE]: usual,
    [RequestCode.HEART_BEAT]: usual,
    [RequestCode.UNREGISTER_CLIENT]: usual,
    [RequestCode.CHECK_CLIENT_CONFIG]: usual,
    [RequestCode.PULL_MESSAGE]: waiting('suspendTimeoutMillis'),
    [RequestCode.LITE_PULL_MESSAGE]: waiting('suspendTimeoutMillis'),
    [RequestCode.POP_MESSAGE]: waiting('pollTime'),
    [RequestCode.NOTIFICATION]: waiting('pollTime'),
    [RequestCode.POLLING_INFO]: usual,
    [RequestCode.PEEK_MESSAGE]: usual,
    [RequestCode.ACK_MESSAGE]: usual,
    [RequestCode.BATCH_ACK_MESSAGE]: usual,
    [RequestCode.CHANGE_MESSAGE_INVISIBLETIME]: usual,
    [RequestCode.UPDATE_CONSUMER_OFFSET]: usual,
    [RequestCode.QUERY_CONSUMER_OFFSET]: usual,
    [RequestCode.SEARCH_OFFSET_BY_TIMESTAMP]: usual,
    [RequestCode.GET_MAX_OFFSET]: usual,
    [RequestCode.GET_MIN_OFFSET]: usual,
    [RequestCode.GET_EARLIEST_MSG_STORETIME]: usual,
    [RequestCode.QUERY_ASSIGNMENT]: usual,
    [RequestCode.GET_CONSUMER_LIST_BY_GROUP]: usual,
    [RequestCode.GET_CONSUMER_CONNECTION_LIST]: usual,
    [RequestCode.LOCK_BATCH_MQ]: usual,
    [RequestCode.UNLOCK_BATCH_MQ]: usual,
  }
  return {
    ...Object.fromEntries(Object.entries(forwardings).map(([code, forwarding]) => [code, forward(relays, forwarding)])),
    [RequestCode.GET_ROUTEINFO_BY_TOPIC]: getRouteInfoByTopic(deps),
  }
}

function waitMs({ extFields }: IncomingCommand, field: string): number {
  const asked = Number(extFields[field] ?? 0)
  return (Number.isFinite(asked) ? Math.max(0, asked) : 0) + BEYOND_WAIT_MS
}
