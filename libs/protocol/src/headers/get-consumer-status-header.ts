import { headerReader, optionalText, text, type HeaderOf } from './header-fields'

/** INVOKE_BROKER_TO_GET_CONSUMER_STATUS and, pushed to a client, GET_CONSUMER_STATUS_FROM_CLIENT. Source: GetConsumerStatusRequestHeader.java. */
export const readGetConsumerStatusHeader = headerReader({
  topic: text,
  group: text,
  clientAddr: optionalText,
})
export type GetConsumerStatusHeader = HeaderOf<typeof readGetConsumerStatusHeader>
