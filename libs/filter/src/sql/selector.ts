import { ExpressionCompiler } from './compile-expression'
import type { Evaluate, PropertySource } from './compile-expression'
import type { Expression } from './expression'
import { FAILED } from './java-values'
import type { Truth } from './java-values'
import { SelectorError } from './selector-error'
import * as parser from './selector-parser'

export interface SelectorLimits {
  /** A longer expression is refused. */
  readonly selectorCharsMax: number
  /** Of operands within operands. Deeper ones are refused: their evaluation needs stack. */
  readonly nestingMax: number
}

export const selectorLimits: SelectorLimits = { selectorCharsMax: 32_768, nestingMax: 100 }

/** Null is SQL's unknown; `FAILED` where two values cannot be compared: Java throws there. */
export type SelectorResult = Truth | 'FAILED'

/** A compiled SQL92 expression. */
export class Selector {
  constructor(
    readonly text: string,
    private readonly condition: Evaluate<Truth>,
  ) {}

  /** True only for what is true: a message that cannot be judged is not wanted. */
  matches(properties: PropertySource): boolean {
    return this.condition(properties) === true
  }

  evaluate(properties: PropertySource): SelectorResult {
    const result = this.condition(properties)
    return result === FAILED ? 'FAILED' : result
  }
}

/** Throws SelectorError. */
export function compileSelector(text: string, limits: SelectorLimits = selectorLimits): Selector {
  const { selectorCharsMax, nestingMax } = limits
  if (text.length > selectorCharsMax) {
    throw new SelectorError(
      `it has ${text.length} characters, and ${selectorCharsMax} are the most`,
      text,
      selectorCharsMax,
    )
  }
  const expression = parse(text, nestingMax)
  return new Selector(text, new ExpressionCompiler(text, nestingMax).condition(expression))
}

function parse(text: string, nestingMax: number): Expression {
  try {
    return parser.parse(text, { nestingMax })
  } catch (error) {
    if (!(error instanceof parser.SyntaxError)) throw error
    throw new SelectorError(error.message, text, error.location.start.offset)
  }
}
