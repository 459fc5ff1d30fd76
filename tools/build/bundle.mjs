/**
 * One bundle per app in `dist/`: `node tools/build/bundle.mjs [NAME…]`, by default all. A bundle is what `bin/` runs.
 * Native addons stay outside; everything else is inside, so that a start reads one file.
 */
import { rmSync } from 'node:fs'
import * as path from 'node:path'
import { build } from 'esbuild'
import { writeCodeCache } from './code-cache.mjs'
import { entryOfBundle, recordSources, root } from './workspace.mjs'

/** They find their binary beside themselves. */
const nativeAddons = ['@mongodb-js/zstd', 'classic-level', 'fs-native-extensions/package.json', 'lz4-napi']

/** zod speaks fifty languages, a third of its code; our messages are English and our own. */
const withoutLocales = {
  name: 'without-locales',
  setup(build) {
    build.onResolve({ filter: /^\.\.\/locales\/index\.js$/ }, ({ importer }) =>
      importer.includes('/zod/') ? { path: 'locales', namespace: 'empty' } : undefined,
    )
    build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export {}' }))
  },
}

/** The lock's addon looks for its binary in a dozen places by means of five packages; on this platform it is in one. */
const withBinaryOfLock = {
  name: 'with-binary-of-lock',
  setup(build) {
    build.onLoad({ filter: /\/fs-native-extensions\/binding\.js$/ }, () => ({
      contents: `
        const path = require('node:path')
        const folder = path.dirname(require.resolve('fs-native-extensions/package.json'))
        const platform = process.platform + '-' + process.arch
        module.exports = require(path.join(folder, 'prebuilds', platform, 'fs-native-extensions.node'))
      `,
    }))
  },
}

async function bundle(name) {
  const entry = entryOfBundle[name]
  if (entry === undefined) throw new Error(`no bundle ${name}: there are ${Object.keys(entryOfBundle).join(', ')}`)
  const outfile = path.join(root, 'dist', `${name}.cjs`)
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    sourcemap: 'linked',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'linked',
    metafile: true,
    external: nativeAddons,
    plugins: [withoutLocales, withBinaryOfLock],
    logLevel: 'warning',
  })
  rmSync(`${outfile}.cache`, { force: true }) // compiled from the old text
  await writeCodeCache(name)
  const ours = Object.keys(metafile.inputs).filter(input => /^(apps|libs|tools)\//.test(input))
  recordSources(name, [...ours, 'package-lock.json', 'tools/build/bundle.mjs'])
}

const asked = process.argv.slice(2)
await Promise.all((asked.length > 0 ? asked : Object.keys(entryOfBundle)).map(bundle)).catch(error => {
  if (error.errors === undefined) throw error
  process.exitCode = 1 // esbuild has said what is wrong
})
