import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import { generate } from 'peggy'

const folder = path.resolve(__dirname, '../../src/sql')
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8')

test('the parser is what `npm run grammar` makes of the grammar', () => {
  const parser: unknown = generate(read('selector-grammar.peggy'), { format: 'commonjs', output: 'source' })
  expect(parser === read('selector-parser.js')).toBe(true)
})
