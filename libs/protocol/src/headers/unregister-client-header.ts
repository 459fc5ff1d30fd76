import { headerReader, optionalText, text, type HeaderOf } from './header-fields'

/** UNREGISTER_CLIENT. Source: UnregisterClientRequestHeader.java. */
export const readUnregisterClientHeader = headerReader({
  clientID: text,
  producerGroup: optionalText,
  consumerGroup: optionalText,
})
export type UnregisterClientHeader = HeaderOf<typeof readUnregisterClientHeader>
