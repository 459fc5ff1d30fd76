/**
 * What an image needs, out of a checkout that is built: `node docker/collect.mjs DIR`. The bundles, the commands that run
 * them, and the native addons, which bundles cannot hold, with what these require.
 */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const nativeAddons = ['@mongodb-js/zstd', 'classic-level', 'fs-native-extensions', 'lz4-napi']
/** Of the platform's binaries only this one's are kept. */
const platform = `${process.platform}-${process.arch}`
const [target] = process.argv.slice(2)
if (target === undefined) throw new Error('usage: node docker/collect.mjs DIR')

cpSync(path.join(root, 'bin'), path.join(target, 'bin'), { recursive: true })
cpSync(path.join(root, 'docker/health-check.cjs'), path.join(target, 'bin/health-check'))
cpSync(path.join(root, 'LICENSE'), path.join(target, 'LICENSE'))
for (const app of readdirSync(path.join(root, 'bin')).filter(name => !name.includes('.'))) {
  for (const end of ['.cjs', '.cjs.cache', '.cjs.LEGAL.txt']) {
    cpSync(path.join(root, 'dist', app + end), path.join(target, 'dist', app + end))
  }
}
for (const name of withRequired(nativeAddons)) {
  const folder = path.join(target, 'node_modules', name)
  cpSync(path.join(root, 'node_modules', name), folder, { recursive: true, filter: isNeeded })
  for (const other of prebuiltIn(folder)) {
    if (!other.includes(platform)) rmSync(path.join(folder, 'prebuilds', other), { recursive: true })
  }
}

/** These packages, and all that they require, as far as it is installed here. */
function withRequired(names) {
  const found = new Set()
  const toVisit = [...names]
  for (let name = toVisit.pop(); name !== undefined; name = toVisit.pop()) {
    const file = path.join(root, 'node_modules', name, 'package.json')
    if (found.has(name) || !existsSync(file)) continue // a binary for another platform
    found.add(name)
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(file, 'utf8'))
    toVisit.push(...Object.keys(dependencies), ...Object.keys(optionalDependencies))
  }
  return found
}

/** Not the sources that addons are compiled from, nor what only people read. */
function isNeeded(file) {
  return !/\/(deps|src|build|node_modules)$|\.(md|ts|map|gyp|c|cc|h)$/.test(
    file.slice(root.length + '/node_modules'.length),
  )
}

function prebuiltIn(folder) {
  const prebuilds = path.join(folder, 'prebuilds')
  return existsSync(prebuilds) ? readdirSync(prebuilds) : []
}
