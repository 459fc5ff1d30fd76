import { bean, list, text, type ValueOf } from './json-codec'

/** GET_CONSUMER_LIST_BY_GROUP. Source: remoting/protocol/header/GetConsumerListByGroupResponseBody.java. */
export const consumerIdListJson = bean({ consumerIdList: list(text) })
export type ConsumerIdList = ValueOf<typeof consumerIdListJson>
