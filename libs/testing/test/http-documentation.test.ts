import { useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { runExamples } from './support/page-examples'
import { useStandaloneProxy } from './support/standalone-proxy'

const server = useStandaloneProxy({ recallMessageEnable: 'true', enableLmq: 'true', enableMultiDispatch: 'true' })
const temporaryFolder = useTemporaryFolders()

test('the examples of the page run as they stand, one after another', () => {
  const printed = runExamples('http-api.md', { url: server.httpUrl(), cwd: temporaryFolder() })
  expect(printed).toContain('one coffee')
  expect(printed).toContain('event: message')
  expect(printed).toContain('hello, chat 3')
  expect(printed).toMatch(/"topic":"Orders".*"body":"one loaf"/)
})
