/**
 * One bundle per app in `dist/`: `node tools/build/bundle.mjs [NAME…]`, by default all. A bundle is what `bin/` runs.
 * Native addons stay outside; everything else is inside, so that a start reads one file.
 */
import { existsSync, rmSync } from 'node:fs'
import * as path from 'node:path'
import { build } from 'esbuild'

const root = path.resolve(import.meta.dirname, '../..')

const entryOfApp = {
  mqnamesrv: 'apps/namesrv/src/main.ts',
  mqbroker: 'apps/broker/src/main.ts',
  rocketmq: 'apps/standalone/src/main.ts',
  bench: 'tools/bench/src/main.ts',
  docs: 'tools/docs/src/main.ts',
}

/** They find their binary beside themselves. */
const nativeAddons = ['@mongodb-js/zstd', 'fs-native-extensions', 'lz4-napi']

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

async function bundle(app) {
  const entry = entryOfApp[app]
  if (entry === undefined) throw new Error(`no app ${app}: there are ${Object.keys(entryOfApp).join(', ')}`)
  const outfile = path.join(root, 'dist', `${app}.cjs`)
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    sourcemap: 'linked',
    keepNames: false,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'linked',
    external: nativeAddons,
    plugins: [withoutLocales],
    logLevel: 'warning',
  })
  rmSync(`${outfile}.cache`, { force: true }) // compiled from the old text
}

const asked = process.argv.slice(2)
const apps =
  asked.length > 0 ? asked : Object.keys(entryOfApp).filter(app => existsSync(path.join(root, entryOfApp[app])))
await Promise.all(apps.map(bundle)).catch(() => process.exit(1)) // esbuild has said why
