import { RefusedError } from '@rocketmq-ts/base'
import { SelectorCache } from '@rocketmq-ts/filter'
import type { Selector, SelectorCacheLimits } from '@rocketmq-ts/filter'
import { readProperty, readStoredMessage, ResponseCode } from '@rocketmq-ts/protocol'
import type { SubscriptionData } from '@rocketmq-ts/protocol'
import type { MessageFilter } from '@rocketmq-ts/store'

/** There are tags, and there is SQL92. */
export class ExpressionTypeError extends RefusedError {
  readonly code = 'RMQ_EXPRESSION_TYPE'
  readonly responseCode = ResponseCode.SUBSCRIPTION_PARSE_FAILED

  constructor(expressionType: string) {
    super(`there are no expressions of type ${expressionType}: filter by TAG or by SQL92`)
  }
}

/** Takes the messages of whose properties an expression is true. Source: broker/filter/ExpressionMessageFilter.java */
export class SqlFilter implements MessageFilter {
  /** Of the record that is looked at, borrowed. */
  private properties: Buffer = Buffer.alloc(0)

  constructor(private readonly selector: Selector) {}

  matchesTagsCode(): boolean {
    return true
  }

  readonly matchesRecord = (record: Buffer): boolean => {
    this.properties = readStoredMessage(record, 0).properties
    return this.selector.matches(this)
  }

  /** The property of this name, for the expression. */
  get(name: string): string | null {
    return readProperty(this.properties, name)
  }
}

/** Filters by what they are made of: consumers come with the same expressions again and again. */
export class SqlFilters {
  private readonly selectors: SelectorCache
  private readonly bySelector = new WeakMap<Selector, SqlFilter>()

  constructor(limits: SelectorCacheLimits) {
    this.selectors = new SelectorCache(limits)
  }

  /** Throws ExpressionTypeError and SelectorError. */
  compiled({ expressionType, subString }: Pick<SubscriptionData, 'expressionType' | 'subString'>): SqlFilter {
    if (expressionType !== 'SQL92') throw new ExpressionTypeError(expressionType)
    const selector = this.selectors.compiled(subString ?? '')
    let filter = this.bySelector.get(selector)
    if (!filter) this.bySelector.set(selector, (filter = new SqlFilter(selector)))
    return filter
  }
}
