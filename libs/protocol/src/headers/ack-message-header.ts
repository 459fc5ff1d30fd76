import type { IncomingCommand } from '../frame/incoming-command'
import { ExtFieldCursor } from './ext-field-cursor'
import { headerReader, int, long, optionalText, text, type HeaderReader } from './header-fields'

/** ACK_MESSAGE. Source: AckMessageRequestHeader.java. */
export interface AckMessageHeader {
  readonly consumerGroup: string
  /** The retry topic, if the message was popped from it. */
  readonly topic: string
  readonly queueId: number
  readonly extraInfo: string
  readonly offset: number
  readonly liteTopic: string | null
}

const NAMES = ['consumerGroup', 'topic', 'queueId', 'extraInfo', 'offset', 'liteTopic'] as const
/** Bits of the fields before liteTopic. */
const REQUIRED = 0x1f

/** Throws MissingFieldError, InvalidFieldError. */
export function readAckMessageHeader(command: IncomingCommand): AckMessageHeader {
  return readFast(command) ?? readAckMessageHeaderSlowly(command)
}

/** What `readFast` fills in: every instance has the same shape. */
class FastAckMessageHeader implements AckMessageHeader {
  consumerGroup = ''
  topic = ''
  queueId = 0
  extraInfo = ''
  offset = 0
  liteTopic: string | null = null
}

/** Null when a field is missing or odd. */
function readFast(command: IncomingCommand): AckMessageHeader | null {
  const fields = new ExtFieldCursor(command)
  const header = new FastAckMessageHeader()
  let seen = 0
  while (fields.next()) {
    const index = fields.nameIn(NAMES)
    if (index < 0) continue
    seen |= 1 << index
    readField(fields, index, header)
  }
  return fields.isUnusual || (seen & REQUIRED) !== REQUIRED ? null : header
}

function readField(fields: ExtFieldCursor, index: number, header: FastAckMessageHeader): void {
  switch (index) {
    case 0:
      header.consumerGroup = fields.text()
      break
    case 1:
      header.topic = fields.text()
      break
    case 2:
      header.queueId = fields.int()
      break
    case 3:
      header.extraInfo = fields.text()
      break
    case 4:
      header.offset = fields.long()
      break
    default:
      header.liteTopic = fields.text()
  }
}

/** The same by way of `extFields`: for the odd ones, and what the fast way is compared with. */
export const readAckMessageHeaderSlowly: HeaderReader<AckMessageHeader> = headerReader({
  consumerGroup: text,
  topic: text,
  queueId: int,
  extraInfo: text,
  offset: long,
  liteTopic: optionalText,
})
