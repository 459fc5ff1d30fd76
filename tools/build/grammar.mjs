/** `npm run grammar`: makes the parser of SQL92 selectors from its grammar. Both are committed; a test compares them. */
import { readFileSync, writeFileSync } from 'node:fs'
import peggy from 'peggy'

const folder = `${import.meta.dirname}/../../libs/filter/src/sql`

function parserSource() {
  const grammar = readFileSync(`${folder}/selector-grammar.peggy`, 'utf8')
  return peggy.generate(grammar, { format: 'commonjs', output: 'source' })
}

writeFileSync(`${folder}/selector-parser.js`, parserSource())
