import { headerReader, int, intOr, long, longOr, optionalText, text, type HeaderReader } from './header-fields'

/** PULL_MESSAGE and LITE_PULL_MESSAGE. Source: PullMessageRequestHeader.java. */
export interface PullMessageHeader {
  readonly consumerGroup: string
  readonly topic: string
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

/** Throws MissingFieldError, InvalidFieldError. */
export const readPullMessageHeader: HeaderReader<PullMessageHeader> = headerReader({
  consumerGroup: text,
  topic: text,
  queueId: int,
  queueOffset: long,
  maxMsgNums: int,
  sysFlag: int,
  commitOffset: long,
  suspendTimeoutMillis: long,
  subscription: optionalText,
  subVersion: longOr(0),
  expressionType: optionalText,
  maxMsgBytes: intOr(null),
  requestSource: intOr(null),
  proxyFrowardClientId: optionalText,
})
