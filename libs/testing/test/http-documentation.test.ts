import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { useStandaloneProxy } from './support/standalone-proxy'

const server = useStandaloneProxy({ recallMessageEnable: 'true' })
const temporaryFolder = useTemporaryFolders()
const page = readFileSync(path.resolve(__dirname, '../../../docs/http-api.md'), 'utf8')
const examples = [...page.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, text]) => text!)

test('the examples of the page run as they stand, one after another', () => {
  expect(examples.length).toBeGreaterThan(5)
  const script = ['set -euo pipefail', ...examples].join('\n').replace('http://127.0.0.1:8090', server.httpUrl())
  expect(script).toContain(server.httpUrl())
  // Behind all others: it is for machines without curl.
  const PATH = `${process.env['PATH'] ?? ''}:${path.join(__dirname, 'support', 'curl-stand-in')}`
  const env = { ...process.env, PATH }
  const cwd = temporaryFolder()
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd, env, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toContain('one coffee')
})
