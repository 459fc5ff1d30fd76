import { compileSelector } from './selector'
import type { Selector } from './selector'
import { SelectorError } from './selector-error'

export interface SelectorCacheLimits {
  /** Over it the expression that was asked for longest ago is forgotten, and compiled anew when it comes again. */
  readonly selectorCountMax: number
}

export const selectorCacheLimits: SelectorCacheLimits = { selectorCountMax: 500 }

/** Compiled expressions, and refusals: consumers come with the same ones again and again. */
export class SelectorCache {
  /** Least recently used first. */
  private readonly byText = new Map<string, Selector | SelectorError>()

  constructor(private readonly limits: SelectorCacheLimits) {}

  /** Throws SelectorError. */
  compiled(text: string): Selector {
    const known = this.byText.get(text)
    if (known !== undefined) this.byText.delete(text)
    const compiled = known ?? compile(text)
    this.byText.set(text, compiled)
    if (this.byText.size > this.limits.selectorCountMax) {
      for (const oldest of this.byText.keys()) {
        this.byText.delete(oldest)
        break
      }
    }
    if (compiled instanceof SelectorError) throw compiled
    return compiled
  }
}

function compile(text: string): Selector | SelectorError {
  try {
    return compileSelector(text)
  } catch (error) {
    if (error instanceof SelectorError) return error
    throw error
  }
}
