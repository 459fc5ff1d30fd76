import { InvalidTransactionIdError } from './refusals'

/**
 * Where a half message lies. Its producer carries it along as the transaction's id, so that any proxy can end the
 * transaction, at any time, without remembering anything.
 */
export interface HalfMessagePlace {
  readonly brokerName: string
  readonly topic: string
  /** Its UNIQ_KEY. */
  readonly messageId: string
  /** In the queue of half messages. */
  readonly queueOffset: number
  readonly physicalOffset: number
}

const VERSION = 't1'

/** Base64 for URLs of `t1 brokerName topic queueOffset physicalOffset messageId`. */
export function encodeTransactionId(place: HalfMessagePlace): string {
  const { brokerName, topic, messageId, queueOffset, physicalOffset } = place
  return Buffer.from([VERSION, brokerName, topic, queueOffset, physicalOffset, messageId].join(' ')).toString(
    'base64url',
  )
}

/** Throws InvalidTransactionIdError. */
export function decodeTransactionId(transactionId: string): HalfMessagePlace {
  const parts = Buffer.from(transactionId, 'base64url').toString().split(' ')
  const [version, brokerName = '', topic = '', queueOffset = '', physicalOffset = '', ...rest] = parts
  const place = {
    ...{ brokerName, topic, messageId: rest.join(' ') },
    ...{ queueOffset: wholeNumber(queueOffset), physicalOffset: wholeNumber(physicalOffset) },
  }
  const isWhole =
    version === VERSION && brokerName !== '' && topic !== '' && place.queueOffset >= 0 && place.physicalOffset >= 0
  if (!isWhole) throw new InvalidTransactionIdError()
  return place
}

/** -1 for what is none. */
function wholeNumber(text: string): number {
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : -1
}
