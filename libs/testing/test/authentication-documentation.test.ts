import { writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { blocksOf, runExamples } from './support/page-examples'
import { useStandaloneProxy } from './support/standalone-proxy'

const page = 'authentication.md'
const server = useStandaloneProxy({}, home => {
  const [users = '', jwtSettings = ''] = blocksOf(page, 'json')
  writeFileSync(path.join(home, 'conf', 'users.json'), users)
  const [, secret = ''] = /const secret = '([^']+)'/.exec(blocksOf(page, 'sh').join('\n')) ?? []
  const authenticationJwtSecretFile = path.join(home, 'conf', 'jwt-secret')
  writeFileSync(authenticationJwtSecretFile, secret)
  const settings = [...blocksOf(page, 'jsonc'), jwtSettings].map(block => JSON.parse(block) as object)
  expect(settings).toContainEqual(
    expect.objectContaining({ authenticationJwtSecretFile: expect.any(String) as string }),
  )
  return Promise.resolve(Object.assign({}, ...settings, { authenticationJwtSecretFile }) as Record<string, unknown>)
})
const temporaryFolder = useTemporaryFolders()

test('every user of the page is served in every way that it shows', () => {
  const printed = runExamples(page, { url: server.httpUrl(), cwd: temporaryFolder() })
  expect(printed.match(/"topics":/g)).toHaveLength(5)
})
