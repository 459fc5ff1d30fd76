import type { SubscriptionGroupConfig } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import { liteParentOf } from '../../messaging/lite/lite-group'
import { LiteParentError } from '../../messaging/lite/lite-refusals'
import type { Metadata } from '../../messaging/metadata'
import type { ClientQuestions } from '../../settings/client-questions'
import type { ConnectedClients, SendCommand } from '../../settings/connected-clients'
import { isLiteConsumer } from '../../settings/heartbeat-of'
import { consumerSettings, producerSettings } from '../../settings/merged-settings'
import type { SettingsConfig } from '../../settings/merged-settings'
import type { CallContext } from '../calls/call-context'
import { requireClientProperties } from '../client-properties'
import { requireFilter } from '../filters'
import { requireGroup, requireTopic } from '../names'
import { InvalidRequestError, OK } from '../status'

export interface TelemetryDeps {
  readonly clients: Pick<ConnectedClients, 'disconnect' | 'update'>
  readonly questions: Pick<ClientQuestions, 'onAnswer'>
  readonly metadata: Pick<Metadata, 'groupConfig'>
  readonly config: SettingsConfig
}

/** One stream, as long as it lasts. What `onCommand` throws ends the stream. */
export interface TelemetrySession {
  onCommand(command: v2.TelemetryCommand): Promise<void>
  /** `byClient`: it ended or broke off, and not because the proxy stops. */
  onEnd(byClient: boolean): void
}

/** In `x-mq-language`, of Node's client. */
const NODE = 'HTTP'

/**
 * Telemetry: a client says what it is, is told what the proxy makes of it, and gets commands from then on.
 * Source: proxy/grpc/v2/client/ClientActivity.java
 */
export function telemetry(deps: TelemetryDeps) {
  return (context: CallContext, sendCommand: SendCommand): TelemetrySession => ({
    async onCommand(command) {
      const { settings } = command
      if (settings === null || settings === undefined) {
        deps.questions.onAnswer(context.clientId, command)
        return
      }
      requireClientProperties(settings.clientProperties ?? {})
      const merged = await mergedSettings(settings, context, deps)
      await deps.clients.update(context, settings, sendCommand)
      sendCommand({ status: OK, settings: merged })
    },
    onEnd: byClient => deps.clients.disconnect(context.clientId, sendCommand, byClient),
  })
}

async function mergedSettings(
  settings: v2.Settings.$Properties,
  { language }: CallContext,
  { metadata, config }: TelemetryDeps,
): Promise<v2.Settings.$Properties> {
  const { publishing, subscription, clientType } = settings
  if (publishing !== null && publishing !== undefined) {
    for (const topic of publishing.topics ?? []) requireTopic(topic)
    return producerSettings(settings, config)
  }
  if (subscription === null || subscription === undefined) {
    const text = 'there is no publishing or subscription data in settings'
    throw new InvalidRequestError(v2.Code.BAD_REQUEST, text)
  }
  const group = requireGroup(subscription.group)
  const topics = (subscription.subscriptions ?? []).map(({ topic, expression }) => {
    requireFilter(expression)
    return requireTopic(topic)
  })
  const groupConfig = await metadata.groupConfig(group, topics[0] ?? '')
  requireFittingGroup(settings, groupConfig, topics)
  const isPush = clientType === v2.ClientType.PUSH_CONSUMER
  return consumerSettings(settings, { group: groupConfig, config, isExponentialOnly: isPush && language === NODE })
}

/** Who consumes lite topics is of a lite group, and says of which parent; others are not. Source: proxy/processor/ClientProcessor.java */
function requireFittingGroup(
  settings: v2.Settings.$Properties,
  group: SubscriptionGroupConfig,
  [topic]: readonly string[],
): void {
  const parent = liteParentOf(group)
  const isLite = isLiteConsumer(settings)
  if (isLite !== (parent !== null)) {
    const text = isLite ? 'regular group cannot use LITE mode' : 'lite group must use LITE mode'
    throw new InvalidRequestError(v2.Code.ILLEGAL_CONSUMER_GROUP, `${text}: ${group.groupName}`)
  }
  if (isLite && topic !== undefined && topic !== parent) throw new LiteParentError(group.groupName, { parent, topic })
}
