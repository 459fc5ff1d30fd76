import { headerReader, intOr, longOr, text, type HeaderOf } from './header-fields'

/** BROKER_HEARTBEAT. Source: BrokerHeartbeatRequestHeader.java. */
export const readBrokerHeartbeatHeader = headerReader({
  clusterName: text,
  brokerAddr: text,
  brokerName: text,
  brokerId: longOr(null),
  epoch: intOr(null),
  maxOffset: longOr(null),
  confirmOffset: longOr(null),
  heartbeatTimeoutMills: longOr(null),
  electionPriority: intOr(null),
})
export type BrokerHeartbeatHeader = HeaderOf<typeof readBrokerHeartbeatHeader>
