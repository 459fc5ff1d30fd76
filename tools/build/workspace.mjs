/** What the scripts of package.json need to know about this workspace before anything is installed: Node alone. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'

export const root = path.resolve(import.meta.dirname, '../..')
const inRoot = name => path.join(root, name)

const installStamp = inRoot('node_modules/.build-stamp')
const buildStamp = inRoot('dist/.build-stamp')
const sourceFolders = ['apps', 'libs', 'tools/build', 'tools/bench/src', 'tools/docs/src']
const sourceFiles = ['package-lock.json', 'tsconfig.base.json']

/** Installs what the lock file says, unless that is what is there. */
export function ensureInstalled() {
  const wanted = createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .digest('hex')
  if (readIfThere(installStamp) === wanted) return
  if (!isInstalled()) run('npm', ['ci'], 'installing')
  writeFileSync(installStamp, wanted)
}

/** Bundles the apps, unless no source has changed since. */
export function ensureBuilt() {
  const wanted = sourceStamp()
  if (readIfThere(buildStamp) === wanted) return
  run(process.execPath, [inRoot('tools/build/bundle.mjs')], 'building')
  writeFileSync(buildStamp, wanted)
}

/** Runs a program to its end; when it fails, so does this one. */
export function run(command, args, what) {
  if (what !== undefined) process.stderr.write(`${what}…\n`)
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
}

/** True when npm's own record of what it installed names the versions of the lock file: somebody has run `npm ci`. */
function isInstalled() {
  const record = readIfThere(inRoot('node_modules/.package-lock.json'))
  if (record === null) return false
  const installed = JSON.parse(record).packages
  const wanted = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages
  return Object.entries(wanted).every(
    ([name, { version, optional }]) =>
      !name.startsWith('node_modules/') || optional === true || installed[name]?.version === version,
  )
}

/** Changes when a source file comes, goes, grows, shrinks or is written. */
function sourceStamp() {
  const hash = createHash('sha256')
  const add = file => {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${file} ${size} ${mtimeMs}\n`)
  }
  const addFolder = folder => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const name = path.join(folder, entry.name)
      if (!entry.isDirectory()) add(name)
      else if (entry.name !== 'test') addFolder(name)
    }
  }
  for (const folder of sourceFolders) addFolder(inRoot(folder))
  for (const file of sourceFiles) add(inRoot(file))
  return hash.digest('hex')
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}
