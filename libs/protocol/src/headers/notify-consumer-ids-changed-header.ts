import { headerReader, text, type HeaderOf } from './header-fields'

/** NOTIFY_CONSUMER_IDS_CHANGED, pushed to a client. Source: NotifyConsumerIdsChangedRequestHeader.java. */
export const readNotifyConsumerIdsChangedHeader = headerReader({
  consumerGroup: text,
})
export type NotifyConsumerIdsChangedHeader = HeaderOf<typeof readNotifyConsumerIdsChangedHeader>
