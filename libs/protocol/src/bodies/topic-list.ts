import { bean, list, nullable, text, type ValueOf } from './json-codec'

/** Names of topics, and where a broker lists them, one broker's address. Source: remoting/protocol/body/TopicList.java. */
export const topicListJson = bean({ brokerAddr: nullable(text), topicList: list(text) })
export type TopicList = ValueOf<typeof topicListJson>
