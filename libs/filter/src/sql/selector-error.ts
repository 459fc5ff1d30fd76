import { RefusedError } from '@rocketmq-ts/base'

/** As remoting's SUBSCRIPTION_PARSE_FAILED: this lib knows no protocol. */
const SUBSCRIPTION_PARSE_FAILED = 23
const SHOWN_CHARS = 20

/** An expression that cannot be compiled; the message says why, and where. */
export class SelectorError extends RefusedError {
  readonly code = 'RMQ_SELECTOR'
  readonly responseCode = SUBSCRIPTION_PARSE_FAILED

  constructor(
    problem: string,
    text: string,
    /** Index of the character in the expression. */
    readonly at: number,
  ) {
    super(`SQL92 expression, ${placeOf(text, at)}: ${problem}`)
  }
}

function placeOf(text: string, at: number): string {
  const lines = text.slice(0, at).split('\n')
  const column = (lines.at(-1)?.length ?? 0) + 1
  const place = lines.length === 1 ? `character ${column}` : `line ${lines.length}, character ${column}`
  const rest = text.slice(at)
  if (rest === '') return `${place}, at its end`
  return `${place}, at "${rest.length > SHOWN_CHARS ? `${rest.slice(0, SHOWN_CHARS)}…` : rest}"`
}
