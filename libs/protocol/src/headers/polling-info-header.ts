import { headerReader, int, text, type HeaderOf } from './header-fields'

/** POLLING_INFO. Source: PollingInfoRequestHeader.java. */
export const readPollingInfoHeader = headerReader({
  consumerGroup: text,
  topic: text,
  /** Negative: those who wait for every queue. */
  queueId: int,
})
export type PollingInfoHeader = HeaderOf<typeof readPollingInfoHeader>
