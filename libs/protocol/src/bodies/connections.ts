import { consumeFromWhere, consumeType, messageModel, subscriptionDataJson } from './heartbeat-data'
import { bean, list, nullable, oneOf, table, text, whole, type JsonCodec, type ValueOf } from './json-codec'
import { LanguageCode } from '../codes/language-code'

/** By name: `JAVA`, `GO`, … */
const language: JsonCodec<keyof typeof LanguageCode | null> = oneOf(
  ...(Object.keys(LanguageCode) as (keyof typeof LanguageCode)[]),
)

/** One client, as tools list it. Source: remoting/protocol/body/Connection.java. */
export const connectionJson = bean({ clientAddr: nullable(text), clientId: nullable(text), language, version: whole })
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
  lastUpdateTimestamp: whole,
  /** With Java's leading slash: `/127.0.0.1:54321`. */
  remoteIP: nullable(text),
  version: whole,
})
export type ProducerInfo = ValueOf<typeof producerInfoJson>

/** GET_ALL_PRODUCER_INFO, by group. Source: remoting/protocol/body/ProducerTableInfo.java. */
export const producerTableInfoJson = bean({ data: table(list(producerInfoJson)) })
export type ProducerTableInfo = ValueOf<typeof producerTableInfoJson>
