import { bean, list, text, type ValueOf } from './json-codec'

/** QUERY_TOPIC_CONSUME_BY_WHO. Source: remoting/protocol/body/GroupList.java. */
export const groupListJson = bean({ groupList: list(text) })
export type GroupList = ValueOf<typeof groupListJson>
