import type { HeaderField } from './header-field'

/** The headers of a request, as they came. Few: they are looked through. */
export class HeaderList {
  readonly fields: HeaderField[] = []

  /** The first value of the name, which is in lower case; null: there is none. */
  get(name: string): string | null {
    for (const field of this.fields) if (field.name === name) return field.value
    return null
  }
}
