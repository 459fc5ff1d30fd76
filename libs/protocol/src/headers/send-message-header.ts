import { RequestCode } from '../codes/request-code'
import type { IncomingCommand } from '../frame/incoming-command'
import { flagOr, int, intOr, long, optionalText, text } from './header-fields'

/** SEND_MESSAGE, and with one-letter names SEND_MESSAGE_V2 and SEND_BATCH_MESSAGE. Source: SendMessageRequestHeader(V2).java. */
export interface SendMessageHeader {
  readonly producerGroup: string
  readonly topic: string
  readonly defaultTopic: string
  readonly defaultTopicQueueNums: number
  /** Negative: the broker chooses. */
  readonly queueId: number
  readonly sysFlag: number
  readonly bornTimestamp: number
  readonly flag: number
  /** The properties text in UTF-8; empty when there are none. */
  readonly properties: Buffer
  readonly reconsumeTimes: number
  readonly unitMode: boolean
  readonly maxReconsumeTimes: number | null
  readonly batch: boolean
  readonly brokerName: string | null
}

const NO_BYTES = Buffer.alloc(0)

/** Throws MissingFieldError, InvalidFieldError. */
export function readSendMessageHeader(command: IncomingCommand): SendMessageHeader {
  const { extFields } = command
  const isLong = command.code === RequestCode.SEND_MESSAGE
  const nameOf = (longName: string, letter: string): string => (isLong ? longName : letter)
  const field = <T>(longName: string, letter: string, read: (value: string | undefined, name: string) => T): T =>
    read(extFields[nameOf(longName, letter)], nameOf(longName, letter))
  const properties = field('properties', 'i', optionalText)
  return {
    producerGroup: field('producerGroup', 'a', text),
    topic: field('topic', 'b', text),
    defaultTopic: field('defaultTopic', 'c', text),
    defaultTopicQueueNums: field('defaultTopicQueueNums', 'd', int),
    queueId: field('queueId', 'e', int),
    sysFlag: field('sysFlag', 'f', int),
    bornTimestamp: field('bornTimestamp', 'g', long),
    flag: field('flag', 'h', int),
    properties: properties === null ? NO_BYTES : Buffer.from(properties),
    reconsumeTimes: field('reconsumeTimes', 'j', intOr(0)),
    unitMode: field('unitMode', 'k', flagOr(false)),
    maxReconsumeTimes: field('maxReconsumeTimes', 'l', intOr(null)),
    batch: field('batch', 'm', flagOr(false)),
    brokerName: field('bname', 'n', optionalText),
  }
}
