import { RequestCode } from '../codes/request-code'
import type { IncomingCommand } from '../frame/incoming-command'
import { ExtFieldCursor } from './ext-field-cursor'
import { flagOr, int, intOr, long, optionalText, text, type HeaderField } from './header-fields'

/** SEND_MESSAGE, SEND_MESSAGE_V2, SEND_BATCH_MESSAGE and both SEND_REPLY_MESSAGE. Source: SendMessageRequestHeader.java, SendMessageRequestHeaderV2.java. */
export interface SendMessageHeader {
  readonly producerGroup: string
  readonly topic: string
  /** Whose settings a topic gets that is created by this message. */
  readonly defaultTopic: string
  readonly defaultTopicQueueNums: number
  /** Negative: the broker chooses. */
  readonly queueId: number
  readonly sysFlag: number
  readonly bornTimestamp: number
  readonly flag: number
  /** The properties text in UTF-8, empty when there is none; perhaps borrowed from the frame. */
  readonly properties: Buffer
  readonly reconsumeTimes: number
  readonly unitMode: boolean
  readonly maxReconsumeTimes: number | null
  readonly batch: boolean
  readonly brokerName: string | null
}

/** The names of V1, in the order of V2's letters from a on. */
const LONG_NAMES = [
  'producerGroup',
  'topic',
  'defaultTopic',
  'defaultTopicQueueNums',
  'queueId',
  'sysFlag',
  'bornTimestamp',
  'flag',
  'properties',
  'reconsumeTimes',
  'unitMode',
  'maxReconsumeTimes',
  'batch',
  'bname',
] as const
const LETTER_A = 97
/** Bits of the fields from producerGroup to flag. */
const REQUIRED = 0xff
const NO_BYTES = Buffer.alloc(0)

/** Throws MissingFieldError, InvalidFieldError. */
export function readSendMessageHeader(command: IncomingCommand): SendMessageHeader {
  return readFast(command) ?? readSendMessageHeaderSlowly(command)
}

/** What `readFast` fills in: every instance has the same shape, which is what keeps its readers fast. */
class FastSendMessageHeader implements SendMessageHeader {
  producerGroup = ''
  topic = ''
  defaultTopic = ''
  defaultTopicQueueNums = 0
  queueId = 0
  sysFlag = 0
  bornTimestamp = 0
  flag = 0
  properties: Buffer = NO_BYTES
  reconsumeTimes = 0
  unitMode = false
  maxReconsumeTimes: number | null = null
  batch = false
  brokerName: string | null = null
}

function hasLongNames({ code }: IncomingCommand): boolean {
  return code === RequestCode.SEND_MESSAGE || code === RequestCode.SEND_REPLY_MESSAGE
}

/** Null when a field is missing or odd. */
function readFast(command: IncomingCommand): SendMessageHeader | null {
  const isLong = hasLongNames(command)
  const fields = new ExtFieldCursor(command)
  const header = new FastSendMessageHeader()
  let seen = 0
  while (fields.next()) {
    const index = isLong ? fields.nameIn(LONG_NAMES) : fields.letter() - LETTER_A
    if (index < 0 || index >= LONG_NAMES.length) continue
    seen |= 1 << index
    readField(fields, index, header)
  }
  return fields.isUnusual || (seen & REQUIRED) !== REQUIRED ? null : header
}

function readField(fields: ExtFieldCursor, index: number, header: FastSendMessageHeader): void {
  switch (index) {
    case 0:
      header.producerGroup = fields.text()
      break
    case 1:
      header.topic = fields.text()
      break
    case 2:
      header.defaultTopic = fields.text()
      break
    case 3:
      header.defaultTopicQueueNums = fields.int()
      break
    case 4:
      header.queueId = fields.int()
      break
    case 5:
      header.sysFlag = fields.int()
      break
    case 6:
      header.bornTimestamp = fields.long()
      break
    case 7:
      header.flag = fields.int()
      break
    case 8:
      header.properties = fields.utf8()
      break
    case 9:
      header.reconsumeTimes = fields.int()
      break
    case 10:
      header.unitMode = fields.flag()
      break
    case 11:
      header.maxReconsumeTimes = fields.int()
      break
    case 12:
      header.batch = fields.flag()
      break
    default:
      header.brokerName = fields.text()
  }
}

/** The same by way of `extFields`: for the odd ones, and what the fast way is compared with. */
export function readSendMessageHeaderSlowly(command: IncomingCommand): SendMessageHeader {
  const isLong = hasLongNames(command)
  const field = <T>(index: number, read: HeaderField<T>): T => {
    const name = isLong ? (LONG_NAMES[index] as string) : String.fromCharCode(LETTER_A + index)
    return read(command.extFields[name], name)
  }
  const properties = field(8, optionalText)
  return {
    producerGroup: field(0, text),
    topic: field(1, text),
    defaultTopic: field(2, text),
    defaultTopicQueueNums: field(3, int),
    queueId: field(4, int),
    sysFlag: field(5, int),
    bornTimestamp: field(6, long),
    flag: field(7, int),
    properties: properties === null ? NO_BYTES : Buffer.from(properties),
    reconsumeTimes: field(9, intOr(0)),
    unitMode: field(10, flagOr(false)),
    maxReconsumeTimes: field(11, intOr(null)),
    batch: field(12, flagOr(false)),
    brokerName: field(13, optionalText),
  }
}
