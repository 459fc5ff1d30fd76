/** What the scripts of package.json need to know about this workspace before anything is installed: Node alone. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'

export const root = path.resolve(import.meta.dirname, '../..')
const inRoot = name => path.join(root, name)

/** Where each bundle begins. Those that serve start with every cluster of a test; the rest are tools. */
export const entryOfBundle = {
  mqnamesrv: 'apps/namesrv/src/main.ts',
  mqbroker: 'apps/broker/src/main.ts',
  mqproxy: 'apps/proxy/src/main.ts',
  rocketmq: 'apps/standalone/src/main.ts',
  bench: 'tools/bench/src/main.ts',
  docs: 'tools/docs/src/main.ts',
}

/** Installs what the lock file says, unless that is what is there. */
export function ensureInstalled() {
  const stamp = inRoot('node_modules/.build-stamp')
  const wanted = fingerprint('package-lock.json')
  if (textOf(stamp) === wanted) return
  // `npm ci` would first remove what is there, under the feet of whoever is using it.
  const args = existsSync(inRoot('node_modules')) ? ['install', '--no-save'] : ['ci']
  if (!isInstalled()) run('npm', args, 'installing')
  writeFileSync(stamp, wanted)
}

/** Makes the bundles that are missing, or older than a source of theirs. */
export function ensureBuilt(names = Object.keys(entryOfBundle)) {
  const stale = names.filter(name => !isFresh(name))
  if (stale.length > 0) run(process.execPath, [inRoot('tools/build/bundle.mjs'), ...stale], 'building')
}

/** Runs a program to its end; when it fails, so does this one. */
export function run(command, args, what) {
  if (what !== undefined) process.stderr.write(`${what}…\n`)
  const { spawnSync } = process.getBuiltinModule('node:child_process') // rarely needed, and not free
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
}

/** Remembers the sources that a bundle was made of. */
export function recordSources(name, sources) {
  writeFileSync(inRoot(`dist/${name}.cjs.sources`), sources.map(fingerprint).join('\n'))
}

function isFresh(name) {
  const recorded = textOf(inRoot(`dist/${name}.cjs.sources`))
  return recorded?.split('\n').every(line => line === fingerprint(line.slice(0, line.indexOf(' ')))) ?? false
}

/** Changes when the file is written, and when it goes. */
function fingerprint(name) {
  const status = statSync(inRoot(name), { throwIfNoEntry: false })
  return `${name} ${status?.size} ${status?.mtimeMs}`
}

/** True when npm's own record of what it installed names the versions of the lock file: somebody has run `npm ci`. */
function isInstalled() {
  const record = textOf(inRoot('node_modules/.package-lock.json'))
  if (record === null) return false
  const installed = JSON.parse(record).packages
  const wanted = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages
  return Object.entries(wanted).every(
    ([name, { version, optional }]) =>
      !name.startsWith('node_modules/') || optional === true || installed[name]?.version === version,
  )
}

function textOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}
