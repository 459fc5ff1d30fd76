import type { Between, Expression, Literal, Negation, Order, Property, TextMatch } from './expression'
import { compareNumbers, negated, readDecimal, readFloat } from './java-numbers'
import { areEqual, FAILED, isNumber, orderOf } from './java-values'
import type { Failed, JavaValue, Truth } from './java-values'
import { SelectorError } from './selector-error'

/** Where the values of properties come from. */
export interface PropertySource {
  /** Null or undefined if the message has no such property. */
  get(name: string): string | null | undefined
}

export type Evaluate<Value> = (properties: PropertySource) => Value | Failed

/** A part of an expression, ready to be evaluated. */
interface Compiled {
  readonly at: number
  readonly kind: 'property' | 'constant' | 'negation' | 'condition'
  /** Of a constant. TRUE, FALSE and NULL are conditions too. */
  readonly constant?: JavaValue
  readonly evaluate: Evaluate<JavaValue>
}

/**
 * Makes functions of an expression, after Java's checks of it; whoever calls them never meets an exception. Calls go as
 * deep as `nestingMax`, and no deeper. Source: filter/expression/*.java
 */
export class ExpressionCompiler {
  constructor(
    private readonly text: string,
    private readonly nestingMax: number,
  ) {}

  /** Throws SelectorError. */
  condition(expression: Expression, depth = 0): Evaluate<Truth> {
    const { kind, constant, evaluate, at } = this.compile(expression, depth)
    if (kind === 'condition' || isTruth(constant)) return evaluate as Evaluate<Truth>
    if (kind !== 'property') this.refuse('this is no condition', at)
    // What a property has is a text, and no text is true.
    return properties => (evaluate(properties) === null ? null : false)
  }

  private compile(expression: Expression, depth: number): Compiled {
    const { at, type } = expression
    if (depth > this.nestingMax) this.refuse(`operands are nested more than ${this.nestingMax} deep`, at)
    switch (type) {
      case 'property': {
        const { name } = expression
        return { at, kind: 'property', evaluate: properties => properties.get(name) ?? null }
      }
      case 'string':
      case 'decimal':
      case 'float':
      case 'truth': {
        const constant = this.constantOf(expression)
        return { at, kind: 'constant', constant, evaluate: () => constant }
      }
      case 'negate':
        return { at, kind: 'negation', evaluate: negation(this.compile(expression.operand, depth + 1).evaluate) }
      default:
        return { at, kind: 'condition', evaluate: this.conditionOf(expression, depth + 1) }
    }
  }

  private conditionOf(expression: Exclude<Expression, Property | Literal | Negation>, depth: number): Evaluate<Truth> {
    switch (expression.type) {
      case 'and':
        return every(expression.operands.map(operand => this.condition(operand, depth)))
      case 'or':
        return some(expression.operands.map(operand => this.condition(operand, depth)))
      case 'not':
        return inverted(this.condition(expression.operand, depth))
      case 'isNull': {
        const { evaluate } = this.compile(expression.operand, depth)
        return invertedIf(expression.isNot, properties => {
          const value = evaluate(properties)
          return value === FAILED ? FAILED : value === null
        })
      }
      case 'equal':
        return invertedIf(expression.isNot, this.equality(expression.left, expression.right, depth))
      case 'order': {
        const [left, right] = [this.compile(expression.left, depth), this.compile(expression.right, depth)]
        return this.order(left, expression.operator, right)
      }
      case 'between':
        return this.between(expression, depth)
      case 'in':
        return this.inList(expression, depth)
      case 'text':
        return textMatch(expression, this.compile(expression.operand, depth).evaluate)
    }
  }

  private equality(leftExpression: Expression, rightExpression: Expression, depth: number): Evaluate<Truth> {
    const left = this.compile(leftExpression, depth)
    const right = this.compile(rightExpression, depth)
    for (const { constant, at } of [left, right]) {
      if (constant === null) this.refuse('NULL cannot be compared: say IS NULL or IS NOT NULL', at)
    }
    if (typeof left.constant === 'boolean' && right.kind === 'constant' && typeof right.constant !== 'boolean') {
      this.refuse('TRUE and FALSE can be compared with each other and with properties', right.at)
    }
    return properties => {
      const leftValue = left.evaluate(properties)
      if (leftValue === FAILED) return FAILED
      const rightValue = right.evaluate(properties)
      return rightValue === FAILED ? FAILED : areEqual(leftValue, rightValue)
    }
  }

  private order(left: Compiled, operator: Order['operator'], right: Compiled): Evaluate<Truth> {
    for (const { kind, constant, at } of [left, right]) {
      const isComparable = kind === 'constant' ? constant !== undefined && isNumber(constant) : kind !== 'condition'
      if (!isComparable) this.refuse('only numbers and properties can be greater or less', at)
    }
    const holds = orderTests[operator]
    return properties => {
      const leftValue = left.evaluate(properties)
      if (leftValue === FAILED || leftValue === null) return leftValue
      const rightValue = right.evaluate(properties)
      if (rightValue === FAILED) return FAILED
      const order = orderOf(leftValue, rightValue)
      return order === FAILED || order === null ? order : holds(order)
    }
  }

  private between({ operand, low, high, isNot }: Between, depth: number): Evaluate<Truth> {
    const value = this.compile(operand, depth)
    const [lowest, highest] = [this.compile(low, depth), this.compile(high, depth)]
    if (isNot) return some([this.order(value, '<', lowest), this.order(value, '>', highest)])
    const isInside = every([this.order(value, '>=', lowest), this.order(value, '<=', highest)])
    const [lowestNumber, highestNumber] = [lowest.constant ?? null, highest.constant ?? null]
    if (isNumber(lowestNumber) && isNumber(highestNumber) && compareNumbers(lowestNumber, highestNumber) > 0) {
      this.refuse('BETWEEN wants the lower value first', highest.at)
    }
    return isInside
  }

  private inList({ operand, values, isNot }: Extract<Expression, { type: 'in' }>, depth: number): Evaluate<Truth> {
    const { kind, at, evaluate } = this.compile(operand, depth)
    if (kind !== 'property') this.refuse('only a property can be IN a list', at)
    const list = new Set<JavaValue | Failed>(values)
    return properties => {
      const value = evaluate(properties)
      return value === null ? null : list.has(value) !== isNot
    }
  }

  private constantOf(literal: Literal): JavaValue {
    if (literal.type === 'string' || literal.type === 'truth') return literal.value
    const number = literal.type === 'decimal' ? readDecimal(literal.text) : readFloat(literal.text)
    if (number === null) this.refuse('this number is out of range', literal.at)
    return number
  }

  private refuse(problem: string, at: number): never {
    throw new SelectorError(problem, this.text, at)
  }
}

const orderTests = {
  '>': (order: number): boolean => order > 0,
  '>=': (order: number): boolean => order >= 0,
  '<': (order: number): boolean => order < 0,
  '<=': (order: number): boolean => order <= 0,
} as const

const textTests = {
  contains: (text: string, search: string): boolean => text.includes(search),
  startsWith: (text: string, search: string): boolean => text.startsWith(search),
  endsWith: (text: string, search: string): boolean => text.endsWith(search),
} as const

function isTruth(constant: JavaValue | undefined): constant is Truth {
  return constant === null || typeof constant === 'boolean'
}

/** What is no number has no negative: unknown. */
function negation(evaluate: Evaluate<JavaValue>): Evaluate<JavaValue> {
  return properties => {
    const value = evaluate(properties)
    if (value === FAILED) return FAILED
    return isNumber(value) ? negated(value) : null
  }
}

function inverted(condition: Evaluate<Truth>): Evaluate<Truth> {
  return properties => {
    const truth = condition(properties)
    return typeof truth === 'boolean' ? !truth : truth
  }
}

function invertedIf(isNot: boolean, condition: Evaluate<Truth>): Evaluate<Truth> {
  return isNot ? inverted(condition) : condition
}

/** AND: what is unknown does not end it, as what follows may be false, or fail. */
function every(conditions: readonly Evaluate<Truth>[]): Evaluate<Truth> {
  return untilFirst(false, conditions)
}

function some(conditions: readonly Evaluate<Truth>[]): Evaluate<Truth> {
  return untilFirst(true, conditions)
}

function untilFirst(end: boolean, conditions: readonly Evaluate<Truth>[]): Evaluate<Truth> {
  return properties => {
    let result: Truth = !end
    for (const condition of conditions) {
      const truth = condition(properties)
      if (truth === end || truth === FAILED) return truth
      if (truth === null) result = null
    }
    return result
  }
}

/** Never unknown: what is no text, and a search for nothing, give FALSE, with NOT and without. */
function textMatch({ operator, isNot, search }: TextMatch, evaluate: Evaluate<JavaValue>): Evaluate<Truth> {
  const test = textTests[operator]
  if (search === '') return () => false
  return properties => {
    const value = evaluate(properties)
    if (value === FAILED) return FAILED
    return typeof value === 'string' && test(value, search) !== isNot
  }
}
