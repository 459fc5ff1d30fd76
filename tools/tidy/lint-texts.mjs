/**
 * Lints texts as if they were the content of files: `[{ path, text }]` in, on standard input, and the names of the rules
 * that each broke out. A process of its own, as the configuration is an ES module, which Jest does not load.
 */
import { spawnSync } from 'node:child_process'
import * as path from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { ESLint } from 'eslint'

const root = path.resolve(import.meta.dirname, '../..')

// The rule about imports reads the graph of the projects from its last writing, and skips itself when there is none.
process.env.NX_DAEMON = 'false'
spawnSync(path.join(root, 'node_modules/.bin/nx'), ['show', 'projects'], { cwd: root, stdio: 'ignore' })
process.chdir(root)

const eslint = new ESLint({ cwd: root })
const broken = []
for (const { path: filePath, text } of JSON.parse(await readAll(process.stdin))) {
  const [result] = await eslint.lintText(text, { filePath: path.join(root, filePath) })
  broken.push(result.messages.map(({ ruleId, message }) => ruleId ?? message))
}
process.stdout.write(JSON.stringify(broken))
