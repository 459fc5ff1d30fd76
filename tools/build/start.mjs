/** `npm start [-- FLAGS]`: installs and builds what has changed, then is `bin/rocketmq up FLAGS`, in this process. */
import { createRequire } from 'node:module'
import { ensureBuilt, ensureInstalled, root } from './workspace.mjs'

ensureInstalled()
ensureBuilt(['rocketmq'])
process.chdir(process.env.INIT_CWD ?? root)
process.argv.splice(1, 1, `${root}/bin/rocketmq`, 'up')
createRequire(import.meta.url)(`${root}/bin/run-bundle.cjs`)('rocketmq')
