import { languageName } from '@rocketmq-ts/protocol'
import type { Connection, LanguageCode } from '@rocketmq-ts/protocol'
import type { ClientChannelInfo } from './client-channel-info'

/** A client as admin answers show it. */
export function connectionOf({ channel, clientId, language, version }: ClientChannelInfo): Connection {
  return { clientAddr: channel.remoteAddress, clientId, language: printableLanguage(language), version }
}

/** Java's tools call `name()` on the language and fail on a missing one. */
export function printableLanguage(language: ClientChannelInfo['language']): keyof typeof LanguageCode {
  return languageName(language) ?? 'OTHER'
}
