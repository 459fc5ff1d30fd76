import { RefusedError } from '@rocketmq-ts/base'
import { javaStringHashCode, ResponseCode } from '@rocketmq-ts/protocol'
import type { SubscriptionData } from '@rocketmq-ts/protocol'

const EVERY_TAG = '*'

/** An expression that says nothing, or is none. */
export class SubscriptionParseError extends RefusedError {
  readonly code = 'RMQ_SUBSCRIPTION_PARSE'
  readonly responseCode = ResponseCode.SUBSCRIPTION_PARSE_FAILED

  constructor(options?: ErrorOptions) {
    super("parse the consumer's subscription failed", options)
  }
}

export interface SubscriptionExpression {
  readonly topic: string
  readonly expression: string | null
  /** Null and TAG: tags, separated by `||`. */
  readonly expressionType: string | null
  readonly subVersion: number
}

/** True for expressions of tags, not of SQL92. Source: common/filter/ExpressionType.java */
export function isTagType(expressionType: string | null): boolean {
  return expressionType === null || expressionType === '' || expressionType === 'TAG'
}

/**
 * A subscription as a request spells it out. Throws SubscriptionParseError for nothing but separators, and for an empty
 * expression of another type. Source: remoting/protocol/filter/FilterAPI.java
 */
export function parseSubscription(subscription: SubscriptionExpression): SubscriptionData {
  const { topic, expression, expressionType, subVersion } = subscription
  const isOfTags = expressionType === null || expressionType === 'TAG'
  if (!isOfTags && (expression === null || expression === '')) throw new SubscriptionParseError()
  const tags = isOfTags ? tagsIn(expression) : []
  return {
    topic,
    subString: isOfTags && isEveryTag(expression) ? EVERY_TAG : expression,
    expressionType: expressionType ?? 'TAG',
    subVersion,
    tagsSet: tags,
    codeSet: [...new Set(tags.map(javaStringHashCode))],
    classFilterMode: false,
  }
}

/** True when the subscription takes every message, whatever its tag. */
export function takesEveryTag({ subString }: Pick<SubscriptionData, 'subString'>): boolean {
  return isEveryTag(subString)
}

function isEveryTag(expression: string | null): boolean {
  return expression === null || expression === '' || expression === EVERY_TAG
}

function tagsIn(expression: string | null): string[] {
  if (isEveryTag(expression)) return []
  const parts = (expression ?? '').split('||')
  if (parts.every(part => part === '')) throw new SubscriptionParseError()
  return [...new Set(parts.map(part => part.trim()).filter(tag => tag !== ''))]
}
