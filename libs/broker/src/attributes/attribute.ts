/** One key that a topic or group may carry beyond its fixed fields. Source: common/attribute/Attribute.java */
export interface Attribute {
  readonly name: string
  /** False: fixed when the topic or group is made. */
  readonly isChangeable: boolean
  readonly defaultValue: string | null
  /** What is wrong with a value, or null. */
  problemWith(value: string): string | null
}

/** The attributes that exist, by name. */
export type AttributeSet = ReadonlyMap<string, Attribute>

type AttributeBasics = Omit<Attribute, 'problemWith'>

export function enumAttribute(basics: AttributeBasics & { readonly values: readonly string[] }): Attribute {
  const { values, ...attribute } = basics
  return {
    ...attribute,
    problemWith: value => (values.includes(value) ? null : `value is not in set: [${values.join(', ')}]`),
  }
}

/** A whole number between `min` and `max`, both allowed. */
export function longRangeAttribute(
  basics: AttributeBasics & { readonly min: bigint; readonly max: bigint },
): Attribute {
  const { min, max, ...attribute } = basics
  return {
    ...attribute,
    problemWith(value) {
      if (!/^[+-]?\d+$/.test(value)) return `For input string: "${value}"`
      const number = BigInt(value.replace('+', ''))
      return number >= min && number <= max ? null : `value is not in range(${min}, ${max})`
    },
  }
}

export function booleanAttribute(basics: AttributeBasics): Attribute {
  return {
    ...basics,
    problemWith: value => (/^(true|false)$/i.test(value) ? null : 'boolean attribute format is wrong.'),
  }
}

export function stringAttribute(basics: AttributeBasics): Attribute {
  return { ...basics, problemWith: () => null }
}

export function attributeSet(attributes: readonly Attribute[]): AttributeSet {
  return new Map(attributes.map(attribute => [attribute.name, attribute]))
}

/** The largest value of Java's long. */
export const LONG_MAX = 9_223_372_036_854_775_807n
