import { flagOr, headerReader, int, long, optionalText, text, type HeaderOf } from './header-fields'

/** END_TRANSACTION. Source: EndTransactionRequestHeader.java. */
export const readEndTransactionHeader = headerReader({
  topic: optionalText,
  producerGroup: text,
  tranStateTableOffset: long,
  commitLogOffset: long,
  commitOrRollback: int,
  fromTransactionCheck: flagOr(false),
  msgId: text,
  transactionId: optionalText,
})
export type EndTransactionHeader = HeaderOf<typeof readEndTransactionHeader>
