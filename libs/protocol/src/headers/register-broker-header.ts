import { flagOr, headerReader, intOr, long, longOr, optionalText, text, type HeaderOf } from './header-fields'

/** REGISTER_BROKER. Source: RegisterBrokerRequestHeader.java. */
export const readRegisterBrokerHeader = headerReader({
  brokerName: text,
  brokerAddr: text,
  clusterName: text,
  haServerAddr: text,
  brokerId: long,
  heartbeatTimeoutMillis: longOr(null),
  enableActingMaster: flagOr(null),
  compressed: flagOr(false),
  bodyCrc32: intOr(0),
  __ZONE_NAME: optionalText,
})
export type RegisterBrokerHeader = HeaderOf<typeof readRegisterBrokerHeader>
