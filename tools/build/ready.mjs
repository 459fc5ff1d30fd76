/** `node tools/build/ready.mjs`: installs and builds what has changed, for scripts that are not written in JavaScript. */
import { ensureBuilt, ensureInstalled } from './workspace.mjs'

ensureInstalled()
ensureBuilt()
