import { flagOr, headerReader, int, intOr, long, optionalText, text, type HeaderOf } from './header-fields'

/** CONSUMER_SEND_MSG_BACK. Source: ConsumerSendMsgBackRequestHeader.java. */
export const readConsumerSendMsgBackHeader = headerReader({
  offset: long,
  group: text,
  delayLevel: int,
  originMsgId: optionalText,
  originTopic: optionalText,
  unitMode: flagOr(false),
  maxReconsumeTimes: intOr(null),
})
export type ConsumerSendMsgBackHeader = HeaderOf<typeof readConsumerSendMsgBackHeader>
