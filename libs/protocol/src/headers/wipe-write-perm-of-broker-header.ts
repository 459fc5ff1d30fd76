import { headerReader, text, type HeaderOf } from './header-fields'

/** WIPE_WRITE_PERM_OF_BROKER. Source: WipeWritePermOfBrokerRequestHeader.java. */
export const readWipeWritePermOfBrokerHeader = headerReader({
  brokerName: text,
})
export type WipeWritePermOfBrokerHeader = HeaderOf<typeof readWipeWritePermOfBrokerHeader>
