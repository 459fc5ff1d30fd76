/** `node tools/build/run.mjs NAME [ARGS]`: runs a tool of `tools/`, bundled anew when a source of it has changed. */
import { createRequire } from 'node:module'
import { ensureBuilt, ensureInstalled, root } from './workspace.mjs'

const [name] = process.argv.splice(2, 1)
ensureInstalled()
ensureBuilt([name])
createRequire(import.meta.url)(`${root}/bin/run-bundle.cjs`)(name)
