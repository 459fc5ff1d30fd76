'use strict'
const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const vm = require('node:vm')

/**
 * Runs `dist/NAME.cjs` in this process. Beside it the build leaves what V8 compiled it to, which makes the start twice
 * as fast; V8 rejects what another version of it has made, and compiles again.
 */
module.exports = function runBundle(name) {
  const file = path.join(__dirname, '..', 'dist', `${name}.cjs`)
  if (!fs.existsSync(file)) {
    process.stderr.write(`${file} is missing: run "npm run build" first\n`)
    process.exit(1)
  }
  const cacheFile = `${file}.cache`
  const cachedData = fs.existsSync(cacheFile) ? fs.readFileSync(cacheFile) : undefined
  const script = new vm.Script(Module.wrap(fs.readFileSync(file, 'utf8')), { filename: file, cachedData })
  if (process.env.ROCKETMQ_WRITE_CODE_CACHE === '1') {
    process.on('exit', () => fs.writeFileSync(cacheFile, script.createCachedData()))
  }
  const bundle = { exports: {} }
  script.runInThisContext()(bundle.exports, Module.createRequire(file), bundle, file, path.dirname(file))
}
