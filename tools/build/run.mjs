/** `node tools/build/run.mjs NAME [ARGS]`: runs a tool of `tools/`, bundled anew if a source has changed. */
import { createRequire } from 'node:module'
import { ensureBuilt, ensureInstalled, root } from './workspace.mjs'

ensureInstalled()
ensureBuilt()
const [name] = process.argv.splice(2, 1)
createRequire(import.meta.url)(`${root}/bin/run-bundle.cjs`)(name)
