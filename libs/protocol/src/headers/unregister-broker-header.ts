import { headerReader, long, text, type HeaderOf } from './header-fields'

/** UNREGISTER_BROKER. Source: UnRegisterBrokerRequestHeader.java. */
export const readUnregisterBrokerHeader = headerReader({
  brokerName: text,
  brokerAddr: text,
  clusterName: text,
  brokerId: long,
})
export type UnregisterBrokerHeader = HeaderOf<typeof readUnregisterBrokerHeader>
