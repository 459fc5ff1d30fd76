import type { Expression } from './expression'

/** Thrown by `parse`. */
export class SyntaxError extends Error {
  readonly location: { readonly start: { readonly offset: number } }
}

export interface ParseOptions {
  /** Parentheses, signs and NOTs within each other. */
  readonly nestingMax: number
}

/** Throws SyntaxError. */
export function parse(text: string, options: ParseOptions): Expression
