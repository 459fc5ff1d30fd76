import { writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { generatedDocuments, staleDocuments } from './documents'

/** `npm run docs` writes the generated pages; `npm run docs:check` fails when one of them is not up to date. */
const root = path.resolve(__dirname, '..') // of dist/docs.cjs
if (process.argv.includes('--check')) {
  const stale = staleDocuments(root)
  for (const file of stale) process.stderr.write(`${file} is not what the code says: npm run docs\n`)
  process.exitCode = stale.length === 0 ? 0 : 1
} else {
  for (const [file, text] of generatedDocuments(root)) writeFileSync(path.join(root, file), text)
}
