import { bean, nullable, numberTable, text, type ValueOf } from './json-codec'

/** The addresses of one broker name, by broker id. Source: remoting/protocol/body/BrokerMemberGroup.java. */
export const brokerMemberGroupJson = bean({
  brokerAddrs: numberTable(text),
  brokerName: nullable(text),
  cluster: nullable(text),
})
export type BrokerMemberGroup = ValueOf<typeof brokerMemberGroupJson>

/** GET_BROKER_MEMBER_GROUP. Source: remoting/protocol/body/GetBrokerMemberGroupResponseBody.java. */
export const brokerMemberGroupResponseJson = bean({ brokerMemberGroup: nullable(brokerMemberGroupJson) })
export type BrokerMemberGroupResponse = ValueOf<typeof brokerMemberGroupResponseJson>
