import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { MessageFilter } from '../messaging/receive-messages'
import { InvalidRequestError } from './status'

/** What a consumer wants of a topic; everything when it does not say. Throws InvalidRequestError. */
export function requireFilter(filter: v2.FilterExpression.$Properties | null | undefined): MessageFilter {
  const expression = filter?.expression ?? ''
  if (filter?.type === v2.FilterType.SQL) return { type: 'SQL92', expression }
  if (expression === '' || expression === '*') return { type: 'TAG', expression: '*' }
  if (expression.split('||').every(tag => tag.trim() === '')) {
    throw new InvalidRequestError(v2.Code.ILLEGAL_FILTER_EXPRESSION, `the tags in "${expression}" are empty`)
  }
  return { type: 'TAG', expression }
}
