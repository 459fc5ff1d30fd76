import { headerReader, text, type HeaderOf } from './header-fields'

/** REGISTER_TOPIC_IN_NAMESRV. Source: RegisterTopicRequestHeader.java. */
export const readRegisterTopicHeader = headerReader({
  topic: text,
})
export type RegisterTopicHeader = HeaderOf<typeof readRegisterTopicHeader>
