import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { Metadata } from '../../messaging/metadata'
import type { ConnectedClients, SendCommand } from '../../settings/connected-clients'
import { consumerSettings, producerSettings } from '../../settings/merged-settings'
import type { SettingsConfig } from '../../settings/merged-settings'
import type { CallContext } from '../call-context'
import { requireFilter } from '../filters'
import { requireGroup, requireTopic } from '../names'
import { InvalidRequestError, OK } from '../status'

export interface TelemetryDeps {
  readonly clients: Pick<ConnectedClients, 'disconnect' | 'update'>
  readonly metadata: Pick<Metadata, 'groupConfig'>
  readonly config: SettingsConfig
}

/** One stream, as long as it lasts. What `onCommand` throws ends the stream. */
export interface TelemetrySession {
  onCommand(command: v2.TelemetryCommand): Promise<void>
  onEnd(): void
}

/** In `x-mq-language`, of Node's client. */
const NODE = 'HTTP'

/**
 * Telemetry: a client says what it is, is told what the proxy makes of it, and gets commands from then on.
 * Source: proxy/grpc/v2/client/ClientActivity.java
 */
export function telemetry(deps: TelemetryDeps) {
  return (context: CallContext, sendCommand: SendCommand): TelemetrySession => ({
    async onCommand({ settings }) {
      // The answers to our commands come here too, whatever they are: nobody waits for one yet.
      if (settings === null || settings === undefined) return
      const merged = await mergedSettings(settings, context, deps)
      await deps.clients.update(context, settings, sendCommand)
      sendCommand({ status: OK, settings: merged })
    },
    onEnd: () => deps.clients.disconnect(context.clientId, sendCommand),
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
  const isPush = clientType === v2.ClientType.PUSH_CONSUMER
  return consumerSettings(settings, { group: groupConfig, config, isExponentialOnly: isPush && language === NODE })
}
