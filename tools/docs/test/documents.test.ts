import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import { brokerSchemas, notServedConfigSchema } from '@rocketmq-ts/broker'
import { describeKeys } from '@rocketmq-ts/config'
import { namesrvSchemas } from '@rocketmq-ts/namesrv'
import { proxySchemas } from '@rocketmq-ts/proxy'
import { staleDocuments } from '../src/documents'
import { librarySources } from '../src/sources'

const schemas = [...brokerSchemas, ...namesrvSchemas, ...proxySchemas]
const root = path.resolve(__dirname, '../../..')
const page = (name: string): string => readFileSync(path.join(root, 'docs', name), 'utf8')
const sources = librarySources(root)

/** What `pattern` captures in all sources, or in a text. */
function captures(pattern: RegExp, texts: readonly string[] = sources.map(({ text }) => text)): ReadonlySet<string> {
  return new Set(texts.flatMap(text => [...text.matchAll(pattern)].map(match => match[1] ?? '')))
}

function missing(from: ReadonlySet<string>, names: ReadonlySet<string>): readonly string[] {
  return [...names].filter(name => !from.has(name))
}

test('the generated pages say what the code says', () => {
  expect(staleDocuments(root)).toEqual([]) // else: npm run docs
})

test('every key is described, and something in the code acts on it', () => {
  const keys = schemas.flatMap(schema => describeKeys(schema))
  expect(keys.filter(({ description }) => description === '').map(({ key }) => key)).toEqual([])
  const timesNamed = (key: string): number => sources.reduce((sum, { text }) => sum + text.split(key).length - 1, 0)
  const refusals = Object.keys(notServedConfigSchema.shape)
  expect(keys.filter(({ key }) => !refusals.includes(key) && timesNamed(key) < 2).map(({ key }) => key)).toEqual([])
})

test('every error code is explained once in docs/errors.md, and every one there exists', () => {
  const inCode = captures(/\bcode(?:: string)? = '(RMQ_[A-Z_]+)'/g)
  const rows = [...page('errors.md').matchAll(/^\| `(RMQ_[A-Z_]+)` +\|/gm)].map(match => match[1] ?? '')
  expect(missing(new Set(rows), inCode)).toEqual([])
  expect(missing(inCode, new Set(rows))).toEqual([])
  expect(rows).toHaveLength(inCode.size)
})

test('no two errors share a code', () => {
  const codes = sources.flatMap(({ text }) =>
    [...text.matchAll(/\bcode(?:: string)? = '(RMQ_[A-Z_]+)'/g)].map(([, code]) => code),
  )
  expect(codes).toHaveLength(new Set(codes).size)
})

test('every limit of the code stands in docs/limits.md, and every one there exists', () => {
  const constants = captures(
    /^(?:export )?const ([A-Z0-9_]+_(?:BYTES|CHANNEL|CHARS|COUNT|HOURS|LENGTH|MINUTES|MS|ONCE)_MAX)\b/gm,
  )
  const fields = captures(
    /\b(depthMax|containerCountMax|heldRequestCountMax|lockCountMax|checkPointCountMax|filterDataCountMax|nestingMax|selector(?:Chars|Count)Max)\b/g,
  )
  const keys = new Set(schemas.flatMap(schema => Object.keys(schema.shape)))
  const named = captures(/`([\w.]+)`/g, [page('limits.md')])
  expect(missing(named, constants)).toEqual([])
  expect(missing(new Set([...constants, ...fields, ...keys]), named)).toEqual([])
})

test('docs/limits.md has the values of the code', () => {
  const rows = [...page('limits.md').matchAll(/^\| `([A-Z0-9_]+_MAX)` +\| ([^|]+) \|/gm)]
  const wrong = rows.filter(([, name = '', value = '']) => {
    const inCode = captures(new RegExp(`^(?:export )?const ${name} = ([\\d_ *x]+)n?$`, 'gm'))
    const stated = value.trim().split(', ').map(numberOf)
    return [...inCode].some(expression => !stated.includes(productOf(expression)))
  })
  expect(wrong.map(([row]) => row)).toEqual([])
})

/** `16 MiB`, `100 000` */
function numberOf(text: string): number {
  const unit = text.endsWith('KiB') ? 1024 : text.endsWith('MiB') ? 1024 ** 2 : 1
  return Number(text.replace(/[^\d]/g, '')) * unit
}

/** `64 * 1024 ** 2` */
function productOf(expression: string): number {
  return expression
    .split(/(?<!\*)\*(?!\*)/)
    .map(factor => factor.split('**').map(part => Number(part.replaceAll('_', ''))))
    .reduce((product, [base = 1, exponent = 1]) => product * base ** exponent, 1)
}
