interface Placed {
  /** Where in the text it begins; of what has an operator in its middle, where that is. */
  readonly at: number
}

/** What a selector says, not checked yet: what the grammar makes. */
export type Expression =
  | Property
  | Literal
  | (Placed & { readonly type: 'and' | 'or'; readonly operands: readonly Expression[] })
  | (Placed & { readonly type: 'not'; readonly operand: Expression })
  | Negation
  | (Placed & {
      readonly type: 'equal'
      readonly isNot: boolean
      readonly left: Expression
      readonly right: Expression
    })
  | Order
  | (Placed & { readonly type: 'isNull'; readonly isNot: boolean; readonly operand: Expression })
  | TextMatch
  | Between
  | (Placed & {
      readonly type: 'in'
      readonly isNot: boolean
      readonly operand: Expression
      readonly values: readonly string[]
    })

export interface Property extends Placed {
  readonly type: 'property'
  readonly name: string
}

/** A sign. */
export interface Negation extends Placed {
  readonly type: 'negate'
  readonly operand: Expression
}

export type Literal =
  | (Placed & { readonly type: 'string'; readonly value: string })
  | (Placed & { readonly type: 'decimal' | 'float'; readonly text: string })
  | (Placed & { readonly type: 'truth'; readonly value: boolean | null })

export interface Order extends Placed {
  readonly type: 'order'
  readonly operator: '>' | '>=' | '<' | '<='
  readonly left: Expression
  readonly right: Expression
}

export interface TextMatch extends Placed {
  readonly type: 'text'
  readonly operator: 'contains' | 'startsWith' | 'endsWith'
  readonly isNot: boolean
  readonly operand: Expression
  readonly search: string
}

export interface Between extends Placed {
  readonly type: 'between'
  readonly isNot: boolean
  readonly operand: Expression
  readonly low: Expression
  readonly high: Expression
}
