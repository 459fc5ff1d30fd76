import { headerReader, longOr, optionalText, type HeaderOf } from './header-fields'

/** NOTIFY_MIN_BROKER_ID_CHANGE, pushed by the NameServer to a broker. Source: NotifyMinBrokerIdChangeRequestHeader.java. */
export const readNotifyMinBrokerIdChangeHeader = headerReader({
  minBrokerId: longOr(null),
  brokerName: optionalText,
  minBrokerAddr: optionalText,
  offlineBrokerAddr: optionalText,
  haBrokerAddr: optionalText,
})
export type NotifyMinBrokerIdChangeHeader = HeaderOf<typeof readNotifyMinBrokerIdChangeHeader>
