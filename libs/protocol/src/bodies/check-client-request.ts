import { subscriptionDataJson } from './heartbeat-data'
import { bean, nullable, text, type ValueOf } from './json-codec'

/** CHECK_CLIENT_CONFIG. Source: remoting/protocol/body/CheckClientRequestBody.java. */
export const checkClientRequestJson = bean({
  clientId: nullable(text),
  group: nullable(text),
  namespace: nullable(text),
  subscriptionData: nullable(subscriptionDataJson),
})
export type CheckClientRequest = ValueOf<typeof checkClientRequestJson>
