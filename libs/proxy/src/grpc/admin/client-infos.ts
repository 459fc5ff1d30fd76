import { versionName } from '@rocketmq-ts/protocol'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import { readHostAndPort } from '@rocketmq-ts/remoting'
import type { OnlineGroup } from '../../messaging/consumer-groups'
import type { ConnectedClients } from '../../settings/connected-clients'
import { messageModelOf } from './subscription-infos'

/** The clients of a group, each once; of those that came here, what they said of themselves. */
export function clientInfosOf(
  places: readonly OnlineGroup[],
  clients: Pick<ConnectedClients, 'find'>,
): readonly v2.ClientInfo.$Properties[] {
  const byId = new Map<string, v2.ClientInfo.$Properties>()
  for (const { connectionSet, messageModel } of places) {
    for (const { clientId, clientAddr, language, version } of connectionSet) {
      if (clientId === null) continue
      const userAgent = clients.find(clientId)?.settings.userAgent
      byId.set(clientId, {
        clientId,
        version: userAgent?.version ?? versionName(version),
        language: spokenBy(userAgent) ?? language ?? '',
        hostname: userAgent?.hostname ?? '',
        egressIp: readHostAndPort(clientAddr ?? '')?.host ?? '',
        messageModel: messageModelOf(messageModel),
      })
    }
  }
  return [...byId.values()]
}

function spokenBy(userAgent: v2.UA.$Properties | null | undefined): string | null {
  const { language } = userAgent ?? {}
  return language === null || language === undefined ? null : v2.Language[language]
}
