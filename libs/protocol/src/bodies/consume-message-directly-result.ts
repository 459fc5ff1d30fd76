import { bean, flagOr, long, nullable, oneOf, text, type ValueOf } from './json-codec'

/** Source: remoting/protocol/body/CMResult.java. */
const consumeResult = oneOf(
  'CR_SUCCESS',
  'CR_LATER',
  'CR_ROLLBACK',
  'CR_COMMIT',
  'CR_THROW_EXCEPTION',
  'CR_RETURN_NULL',
)

/** What a consumer answers to CONSUME_MESSAGE_DIRECTLY. Source: remoting/protocol/body/ConsumeMessageDirectlyResult.java. */
export const consumeMessageDirectlyResultJson = bean({
  autoCommit: flagOr(true),
  consumeResult,
  order: flagOr(false),
  remark: nullable(text),
  spentTimeMills: long,
})
export type ConsumeMessageDirectlyResult = ValueOf<typeof consumeMessageDirectlyResultJson>
