import { headerReader, intOr, optionalText, text, type HeaderOf } from './header-fields'

/** CONSUME_MESSAGE_DIRECTLY, to the broker and on to the client. Source: ConsumeMessageDirectlyResultRequestHeader.java. */
export const readConsumeMessageDirectlyHeader = headerReader({
  consumerGroup: text,
  clientId: optionalText,
  msgId: optionalText,
  brokerName: optionalText,
  topic: optionalText,
  topicSysFlag: intOr(null),
  groupSysFlag: intOr(null),
})
export type ConsumeMessageDirectlyHeader = HeaderOf<typeof readConsumeMessageDirectlyHeader>
