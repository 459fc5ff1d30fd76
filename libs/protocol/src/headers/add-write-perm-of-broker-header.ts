import { headerReader, text, type HeaderOf } from './header-fields'

/** ADD_WRITE_PERM_OF_BROKER. Source: AddWritePermOfBrokerRequestHeader.java. */
export const readAddWritePermOfBrokerHeader = headerReader({
  brokerName: text,
})
export type AddWritePermOfBrokerHeader = HeaderOf<typeof readAddWritePermOfBrokerHeader>
