import { consumeFromWhere, consumeType, messageModel, subscriptionDataJson } from './heartbeat-data'
import { bean, int, list, long, nullable, oneOf, table, text, type ValueOf } from './json-codec'
import { LanguageCode } from '../codes/language-code'

const languageNames = Object.keys(LanguageCode) as (keyof typeof LanguageCode)[]

/** By name: `JAVA`, `GO`, … */
const language = oneOf(...languageNames)

/** One client, as tools list it. Source: remoting/protocol/body/Connection.java. */
export const connectionJson = bean({ clientAddr: nullable(text), clientId: nullable(text), language, version: int })
export type Connection = ValueOf<typeof connectionJson>

/** GET_CONSUMER_CONNECTION_LIST. Source: remoting/protocol/body/ConsumerConnection.java. */
export const consumerConnectionJson = bean({
  connectionSet: list(connectionJson),
  consumeFromWhere,
  consumeType,
  messageModel,
  /** By topic. */
  subscriptionTable: table(subscriptionDataJson),
})
export type ConsumerConnection = ValueOf<typeof consumerConnectionJson>

/** GET_PRODUCER_CONNECTION_LIST. Source: remoting/protocol/body/ProducerConnection.java. */
export const producerConnectionJson = bean({ connectionSet: list(connectionJson) })
export type ProducerConnection = ValueOf<typeof producerConnectionJson>

/** Source: remoting/protocol/body/ProducerInfo.java. */
export const producerInfoJson = bean({
  clientId: nullable(text),
  language,
  lastUpdateTimestamp: long,
  /** With Java's leading slash: `/127.0.0.1:54321`. */
  remoteIP: nullable(text),
  version: int,
})
export type ProducerInfo = ValueOf<typeof producerInfoJson>

/** GET_ALL_PRODUCER_INFO, by group. Source: remoting/protocol/body/ProducerTableInfo.java. */
export const producerTableInfoJson = bean({ data: table(list(producerInfoJson)) })
export type ProducerTableInfo = ValueOf<typeof producerTableInfoJson>
