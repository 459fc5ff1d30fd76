import * as protocol from '../../src'
import { parseFastJson } from '../../src'
import type { BodyCodec } from '../../src'
import golden from '../golden/bodies.json'

function codecOf(name: string): BodyCodec<unknown> {
  const codec = (protocol as unknown as Record<string, BodyCodec<unknown> | undefined>)[name]
  if (codec === undefined) throw new Error(`no ${name}`)
  return codec
}

/** Without what depends on Java's hash maps or its clock, or is written because it is known, though nothing is in it. */
function normal(json: unknown): unknown {
  if (json instanceof Map) return sorted([...json].map(([key, value]) => [normal(key), normal(value)]))
  if (Array.isArray(json)) return sorted(json.map(normal))
  if (typeof json !== 'object' || json === null) return json
  const members = Object.entries(json)
    .map(([name, value]) => [name, normal(value)] as const)
    .filter(([name, value]) => !isNothing(value) && name !== 'groupTopicMap' && !name.endsWith('Str'))
  return Object.fromEntries(members)
}

function sorted(items: unknown[]): unknown[] {
  return items.map(item => JSON.stringify(item)).sort()
}

function isNothing(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0)
}

test.each(golden.bodies.map(({ body, text, ...written }) => [body, text, written] as const))(
  '%s reads %j and is written as Java writes it',
  (body, text, { compact, pretty, standard }) => {
    const codec = codecOf(body)
    expect(normal(parseFastJson(codec.encode(codec.decode(text))))).toEqual(normal(parseFastJson(compact)))
    const value = codec.decode(compact)
    if (body !== 'consumeTimeSpanJson') expect(codec.encode(value).toString()).toBe(compact)
    expect(codec.encode(value, { pretty: true }).toString().replace(/\s/g, '').length).toBe(
      codec.encode(value).toString().replace(/\s/g, '').length,
    )
    if (hasNoEmptyList(pretty)) expect(withoutTimes(codec.encode(value, { pretty: true }))).toBe(withoutTimes(pretty))
    const hasObjectsAsNames = compact.includes('{{') // is never asked for in the standard form
    if (!hasObjectsAsNames) expect(withoutTimes(codec.encode(value, { standard: true }))).toBe(withoutTimes(standard))
  },
)

/** Java breaks the line in some empty sets: both forms read the same. */
function hasNoEmptyList(pretty: string): boolean {
  return !/\[\s+\]/.test(pretty)
}

/** Local times depend on where the test runs. */
function withoutTimes(json: Buffer | string): string {
  return json.toString().replace(/"[\d-]+#[\d:]+"/g, '""')
}

/** Where we do not follow Java, knowingly. `refusal` is why we refuse, or null when we do not. */
function isIntended(text: string, java: string | null, refusal: string | null): boolean {
  return (
    // A name or text without which the body is of no use: Java finds that out later.
    / is not a text$/.test(refusal ?? '') ||
    // Java takes an object for a list of one, a text for a list of one, and a fraction for an enum's place.
    / is not (a list|one of .*)$/.test(refusal ?? '') ||
    // We take enums in single quotes, nulls in maps, and numbers with which Java runs over.
    (java === null &&
      refusal === null &&
      (text.startsWith("{'") || /:null\}|:null,|99999999999999999999/.test(text))) ||
    // Null is the default here, where it is null in Java; a table always has a version.
    (java !== null && refusal === null && /":null|"readable":""/.test(text)) ||
    (java !== null && !text.includes('"dataVersion"') && /"[a-zA-Z]*(offset|subscriptionGroup)Table"/.test(text)) ||
    // Kept as it is, where Java has an enum; not read as a place from a text.
    /"topicFilterType"|"language":"7"/.test(text)
  )
}

const varied = golden.variations.map(({ body, cases }, index) => [body, index, cases] as const)

test.each(varied)('%s (%i) takes and refuses what Java does', (body, _, cases) => {
  const codec = codecOf(body)
  for (let index = 0; index < cases.length; index += 2) {
    const text = cases[index] as string
    const java = cases[index + 1] as string | null
    let ours: string | null = null
    let refusal: string | null = null
    try {
      ours = codec.encode(codec.decode(text)).toString()
    } catch (error) {
      refusal = (error as Error).message
    }
    const isSame = JSON.stringify(valueOf(ours, text)) === JSON.stringify(valueOf(java, text))
    if (!isSame && !isIntended(text, java, refusal))
      expect({ text, result: ours ?? refusal }).toEqual({ text, result: java })
  }
})

/** Without the times that Java fills in when the text has none. */
function valueOf(json: string | null, text: string): unknown {
  const clocks = /"(timestamp|subVersion)":\d+,?/g
  const timeless = (match: string): string => (text.includes(match.replace(/,$/, '')) ? match : '')
  return json === null ? null : normal(parseFastJson(json.replace(clocks, timeless).replace(/,\}/g, '}')))
}
