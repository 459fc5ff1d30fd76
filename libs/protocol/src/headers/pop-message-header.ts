import type { IncomingCommand } from '../frame/incoming-command'
import { ExtFieldCursor } from './ext-field-cursor'
import { flagOr, headerReader, int, long, longOr, optionalText, text, type HeaderReader } from './header-fields'

/** POP_MESSAGE. Source: PopMessageRequestHeader.java. */
export interface PopMessageHeader {
  readonly consumerGroup: string
  readonly topic: string
  /** Negative: every queue. */
  readonly queueId: number
  readonly maxMsgNums: number
  readonly invisibleTime: number
  /** How long it may wait, from bornTime on. */
  readonly pollTime: number
  /** 0: now. */
  readonly bornTime: number
  /** Where a group begins that has no offset: 0 at the oldest message, 1 at the newest. */
  readonly initMode: number
  readonly expType: string | null
  readonly exp: string | null
  readonly order: boolean
  readonly attemptId: string | null
}

const NAMES = [
  'consumerGroup',
  'topic',
  'queueId',
  'maxMsgNums',
  'invisibleTime',
  'pollTime',
  'initMode',
  'bornTime',
  'expType',
  'exp',
  'order',
  'attemptId',
] as const
/** Bits of the fields before bornTime. */
const REQUIRED = 0x7f

/** Throws MissingFieldError, InvalidFieldError. */
export function readPopMessageHeader(command: IncomingCommand): PopMessageHeader {
  return readFast(command) ?? readPopMessageHeaderSlowly(command)
}

/** What `readFast` fills in: every instance has the same shape. */
class FastPopMessageHeader implements PopMessageHeader {
  consumerGroup = ''
  topic = ''
  queueId = 0
  maxMsgNums = 0
  invisibleTime = 0
  pollTime = 0
  bornTime = 0
  initMode = 0
  expType: string | null = null
  exp: string | null = null
  order = false
  attemptId: string | null = null
}

/** Null when a field is missing or odd. */
function readFast(command: IncomingCommand): PopMessageHeader | null {
  const fields = new ExtFieldCursor(command)
  const header = new FastPopMessageHeader()
  let seen = 0
  while (fields.next()) {
    const index = fields.nameIn(NAMES)
    if (index < 0) continue
    seen |= 1 << index
    readField(fields, index, header)
  }
  return fields.isUnusual || (seen & REQUIRED) !== REQUIRED ? null : header
}

function readField(fields: ExtFieldCursor, index: number, header: FastPopMessageHeader): void {
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
      header.maxMsgNums = fields.int()
      break
    case 4:
      header.invisibleTime = fields.long()
      break
    case 5:
      header.pollTime = fields.long()
      break
    case 6:
      header.initMode = fields.int()
      break
    case 7:
      header.bornTime = fields.long()
      break
    case 8:
      header.expType = fields.text()
      break
    case 9:
      header.exp = fields.text()
      break
    case 10:
      header.order = fields.flag()
      break
    default:
      header.attemptId = fields.text()
  }
}

/** The same by way of `extFields`: for the odd ones, and what the fast way is compared with. */
export const readPopMessageHeaderSlowly: HeaderReader<PopMessageHeader> = headerReader({
  consumerGroup: text,
  topic: text,
  queueId: int,
  maxMsgNums: int,
  invisibleTime: long,
  pollTime: long,
  bornTime: longOr(0),
  initMode: int,
  expType: optionalText,
  exp: optionalText,
  order: flagOr(false),
  attemptId: optionalText,
})
