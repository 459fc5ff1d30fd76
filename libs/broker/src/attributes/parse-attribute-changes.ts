import { IllegalAttributeError, type Attributes } from './alter-attributes'

/**
 * `+name=value,-name` as UPDATE_AND_CREATE_TOPIC has it: signed names and their values, `` for those removed. Throws
 * IllegalAttributeError. Source: common/attribute/AttributeParser.java
 */
export function parseAttributeChanges(text: string | null): Attributes {
  const changes = new Map<string, string>()
  if (text === null || text.trim() === '') return changes
  for (const change of text.split(',')) {
    const [name = '', value = '', ...rest] = change.split('=')
    const isRemoval = name.startsWith('-')
    if (rest.length > 0 || (isRemoval ? change.includes('=') : !change.includes('='))) {
      throw new IllegalAttributeError(`attribute change "${change}": +name=value or -name is needed`)
    }
    if (!name.startsWith('+') && !isRemoval) throw new IllegalAttributeError(`wrong format key: ${name}`)
    if (changes.has(name)) throw new IllegalAttributeError(`alter duplication key. key: ${name}`)
    changes.set(name, value)
  }
  return changes
}
