import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import * as path from 'node:path'

/** Where examples have their server. */
const WRITTEN = 'http://127.0.0.1:8090'

/** The blocks of a page of `docs/` in this language. */
export function blocksOf(page: string, language: string): readonly string[] {
  const text = readFileSync(path.resolve(__dirname, '../../../../docs', page), 'utf8')
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
    .filter(([, named]) => named === language)
    .map(([, , block]) => block!)
}

/** Runs the examples of a page as they stand, one after another, but for the server; what they printed. */
export function runExamples(page: string, { url, cwd }: { readonly url: string; readonly cwd: string }): string {
  const examples = blocksOf(page, 'sh')
  expect(examples.length).toBeGreaterThan(2)
  const script = ['set -euo pipefail', ...examples].join('\n').replace(WRITTEN, url)
  expect(script).toContain(url)
  // Behind all others: it is for machines without curl.
  const PATH = `${process.env['PATH'] ?? ''}:${path.join(__dirname, 'curl-stand-in')}`
  const env = { ...process.env, PATH }
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd, env, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}
