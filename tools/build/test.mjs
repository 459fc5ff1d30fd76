/** `npm test [-- PATHS]`: installs and builds what has changed, then runs Jest. */
import { ensureBuilt, ensureInstalled, root, run } from './workspace.mjs'

ensureInstalled()
ensureBuilt()
run(process.execPath, [`${root}/node_modules/jest/bin/jest.js`, ...process.argv.slice(2)])
