import type { IncomingCommand } from '../frame/incoming-command'
import { ExtFieldCursor } from './ext-field-cursor'
import { flagOr, headerReader, int, long, optionalText, text, type HeaderReader } from './header-fields'

/** END_TRANSACTION. Source: EndTransactionRequestHeader.java. */
export interface EndTransactionHeader {
  readonly topic: string | null
  readonly producerGroup: string
  readonly tranStateTableOffset: number
  readonly commitLogOffset: number
  readonly commitOrRollback: number
  readonly fromTransactionCheck: boolean
  readonly msgId: string
  readonly transactionId: string | null
}

const NAMES = [
  'producerGroup',
  'tranStateTableOffset',
  'commitLogOffset',
  'commitOrRollback',
  'msgId',
  'fromTransactionCheck',
  'transactionId',
  'topic',
] as const
/** Bits of the fields before fromTransactionCheck. */
const REQUIRED = 0x1f

/** Throws MissingFieldError, InvalidFieldError. */
export function readEndTransactionHeader(command: IncomingCommand): EndTransactionHeader {
  return readFast(command) ?? readEndTransactionHeaderSlowly(command)
}

/** What `readFast` fills in: every instance has the same shape. */
class FastEndTransactionHeader implements EndTransactionHeader {
  topic: string | null = null
  producerGroup = ''
  tranStateTableOffset = 0
  commitLogOffset = 0
  commitOrRollback = 0
  fromTransactionCheck = false
  msgId = ''
  transactionId: string | null = null
}

/** Null when a field is missing or odd. */
function readFast(command: IncomingCommand): EndTransactionHeader | null {
  const fields = new ExtFieldCursor(command)
  const header = new FastEndTransactionHeader()
  let seen = 0
  while (fields.next()) {
    const index = fields.nameIn(NAMES)
    if (index < 0) continue
    seen |= 1 << index
    readField(fields, index, header)
  }
  return fields.isUnusual || (seen & REQUIRED) !== REQUIRED ? null : header
}

function readField(fields: ExtFieldCursor, index: number, header: FastEndTransactionHeader): void {
  switch (index) {
    case 0:
      header.producerGroup = fields.text()
      break
    case 1:
      header.tranStateTableOffset = fields.long()
      break
    case 2:
      header.commitLogOffset = fields.long()
      break
    case 3:
      header.commitOrRollback = fields.int()
      break
    case 4:
      header.msgId = fields.text()
      break
    case 5:
      header.fromTransactionCheck = fields.flag()
      break
    case 6:
      header.transactionId = fields.text()
      break
    default:
      header.topic = fields.text()
  }
}

/** The same by way of `extFields`: for the odd ones, and what the fast way is compared with. */
export const readEndTransactionHeaderSlowly: HeaderReader<EndTransactionHeader> = headerReader({
  topic: optionalText,
  producerGroup: text,
  tranStateTableOffset: long,
  commitLogOffset: long,
  commitOrRollback: int,
  fromTransactionCheck: flagOr(false),
  msgId: text,
  transactionId: optionalText,
})
