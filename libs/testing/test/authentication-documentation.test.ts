import { writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { blocksOf, runExamples } from './support/page-examples'
import { useStandaloneProxy } from './support/standalone-proxy'

const page = 'authentication.md'
const server = useStandaloneProxy({}, home => {
  const [users = ''] = blocksOf(page, 'json')
  writeFileSync(path.join(home, 'conf', 'users.json'), users)
  const [settings = ''] = blocksOf(page, 'jsonc')
  return Promise.resolve(JSON.parse(settings) as Readonly<Record<string, unknown>>)
})
const temporaryFolder = useTemporaryFolders()

test('every user of the page is served in every way that it shows', () => {
  const printed = runExamples(page, { url: server.httpUrl(), cwd: temporaryFolder() })
  expect(printed.match(/"topics":/g)).toHaveLength(4)
})
