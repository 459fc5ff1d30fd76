import type { IncomingCommand } from '../frame/incoming-command'
import { ExtFieldCursor } from './ext-field-cursor'
import { headerReader, int, intOr, long, longOr, optionalText, text, type HeaderReader } from './header-fields'

/** PULL_MESSAGE and LITE_PULL_MESSAGE. Source: PullMessageRequestHeader.java. */
export interface PullMessageHeader {
  readonly consumerGroup: string
  readonly topic: string
  readonly liteTopic: string | null
  readonly queueId: number
  readonly queueOffset: number
  readonly maxMsgNums: number
  readonly sysFlag: number
  readonly commitOffset: number
  readonly suspendTimeoutMillis: number
  readonly subscription: string | null
  readonly subVersion: number
  readonly expressionType: string | null
  readonly maxMsgBytes: number | null
  readonly requestSource: number | null
  readonly proxyFrowardClientId: string | null
}

const NAMES = [
  'consumerGroup',
  'topic',
  'queueId',
  'queueOffset',
  'maxMsgNums',
  'sysFlag',
  'commitOffset',
  'suspendTimeoutMillis',
  'subVersion',
  'subscription',
  'expressionType',
  'maxMsgBytes',
  'requestSource',
  'proxyFrowardClientId',
  'liteTopic',
] as const
/** Bits of the fields from consumerGroup to sysFlag: without the others Java serves the pull too. */
const REQUIRED = 0x3f

/** Throws MissingFieldError, InvalidFieldError. */
export function readPullMessageHeader(command: IncomingCommand): PullMessageHeader {
  return readFast(command) ?? readPullMessageHeaderSlowly(command)
}

/** What `readFast` fills in: every instance has the same shape, which is what keeps its readers fast. */
class FastPullMessageHeader implements PullMessageHeader {
  consumerGroup = ''
  topic = ''
  liteTopic: string | null = null
  queueId = 0
  queueOffset = 0
  maxMsgNums = 0
  sysFlag = 0
  commitOffset = 0
  suspendTimeoutMillis = 0
  subscription: string | null = null
  subVersion = 0
  expressionType: string | null = null
  maxMsgBytes: number | null = null
  requestSource: number | null = null
  proxyFrowardClientId: string | null = null
}

/** Null when a field is missing or odd. */
function readFast(command: IncomingCommand): PullMessageHeader | null {
  const fields = new ExtFieldCursor(command)
  const header = new FastPullMessageHeader()
  let seen = 0
  while (fields.next()) {
    const index = fields.nameIn(NAMES)
    if (index < 0) continue
    seen |= 1 << index
    readField(fields, index, header)
  }
  return fields.isUnusual || (seen & REQUIRED) !== REQUIRED ? null : header
}

function readField(fields: ExtFieldCursor, index: number, header: FastPullMessageHeader): void {
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
      header.queueOffset = fields.long()
      break
    case 4:
      header.maxMsgNums = fields.int()
      break
    case 5:
      header.sysFlag = fields.int()
      break
    case 6:
      header.commitOffset = fields.long()
      break
    case 7:
      header.suspendTimeoutMillis = fields.long()
      break
    case 8:
      header.subVersion = fields.long()
      break
    case 9:
      header.subscription = fields.text()
      break
    case 10:
      header.expressionType = fields.text()
      break
    case 11:
      header.maxMsgBytes = fields.int()
      break
    case 12:
      header.requestSource = fields.int()
      break
    case 13:
      header.proxyFrowardClientId = fields.text()
      break
    default:
      header.liteTopic = fields.text()
  }
}

/** The same by way of `extFields`: for the odd ones, and what the fast way is compared with. */
export const readPullMessageHeaderSlowly: HeaderReader<PullMessageHeader> = headerReader({
  consumerGroup: text,
  topic: text,
  liteTopic: optionalText,
  queueId: int,
  queueOffset: long,
  maxMsgNums: int,
  sysFlag: int,
  commitOffset: longOr(0),
  suspendTimeoutMillis: longOr(0),
  subscription: optionalText,
  subVersion: longOr(0),
  expressionType: optionalText,
  maxMsgBytes: intOr(null),
  requestSource: intOr(null),
  proxyFrowardClientId: optionalText,
})
