import { flagOr, headerReader, text, type HeaderOf } from './header-fields'

/** GET_CONSUMER_RUNNING_INFO, to the broker and on to the client. Source: GetConsumerRunningInfoRequestHeader.java. */
export const readGetConsumerRunningInfoHeader = headerReader({
  consumerGroup: text,
  clientId: text,
  jstackEnable: flagOr(false),
})
export type GetConsumerRunningInfoHeader = HeaderOf<typeof readGetConsumerRunningInfoHeader>
