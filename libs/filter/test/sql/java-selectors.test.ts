import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import { compileSelector, SelectorError } from '@rocketmq-ts/filter'

type Case = readonly [verdict: string, expression: string, properties: Readonly<Record<string, string>>]

const golden = readFileSync(path.resolve(__dirname, '../golden/selectors.jsonl'), 'utf8').trimEnd().split('\n')
const cases = golden.map(line => JSON.parse(line) as Case)

function verdictOf(expression: string, properties: Readonly<Record<string, string>>): string {
  try {
    return String(compileSelector(expression).evaluate(new Map(Object.entries(properties))))
  } catch (error) {
    if (error instanceof SelectorError) return 'REFUSED'
    throw error
  }
}

test.each(['true', 'false', 'null', 'FAILED', 'REFUSED'])("where Java's filter says %s, ours does", verdict => {
  const ofVerdict = cases.filter(([expected]) => expected === verdict)
  expect(ofVerdict.length).toBeGreaterThan(300)
  expect(ofVerdict.filter(([, expression, properties]) => verdictOf(expression, properties) !== verdict)).toEqual([])
})
