import { spawnSync } from 'node:child_process'
import * as path from 'node:path'

const BOUNDARY = '@nx/enforce-module-boundaries'
const RESTRICTED = 'no-restricted-imports'

/** What each file may not import, although the code would run. */
const forbidden: readonly {
  readonly path: string
  readonly from: string
  readonly rule: string
  readonly why: string
}[] = [
  {
    path: 'libs/protocol/src/index.ts',
    from: '@rocketmq-ts/remoting',
    rule: BOUNDARY,
    why: 'the codec knows no sockets',
  },
  { path: 'libs/protocol/src/index.ts', from: 'node:fs', rule: RESTRICTED, why: 'the codec touches no disk' },
  { path: 'libs/store/src/index.ts', from: '@rocketmq-ts/remoting', rule: BOUNDARY, why: 'the store knows no sockets' },
  { path: 'libs/store/src/index.ts', from: 'node:fs', rule: RESTRICTED, why: 'the disk is reached through Disk' },
  { path: 'libs/remoting/src/index.ts', from: '@rocketmq-ts/broker', rule: BOUNDARY, why: 'imports point down' },
  {
    path: 'libs/broker/src/index.ts',
    from: '@rocketmq-ts/namesrv',
    rule: BOUNDARY,
    why: 'services do not know each other',
  },
  { path: 'libs/broker/src/index.ts', from: 'node:net', rule: RESTRICTED, why: 'sockets belong to remoting' },
  { path: 'libs/base/src/index.ts', from: '@rocketmq-ts/protocol', rule: BOUNDARY, why: 'base knows no topic' },
  {
    path: 'apps/broker/src/main.ts',
    from: '@rocketmq-ts/store',
    rule: BOUNDARY,
    why: 'an app is a shell around a service',
  },
  {
    path: 'apps/namesrv/src/main.ts',
    from: '@rocketmq-ts/broker',
    rule: BOUNDARY,
    why: 'only standalone joins services',
  },
  { path: 'libs/broker/src/index.ts', from: '../../store/src/index', rule: BOUNDARY, why: 'libs are imported by name' },
  {
    path: 'libs/shell/src/index.ts',
    from: '../../../apps/broker/src/main',
    rule: BOUNDARY,
    why: 'nothing imports an app',
  },
]
const allowed: readonly { readonly path: string; readonly from: string }[] = [
  { path: 'libs/broker/src/index.ts', from: '@rocketmq-ts/store' },
  { path: 'libs/remoting/src/index.ts', from: '@rocketmq-ts/protocol' },
  { path: 'apps/standalone/src/main.ts', from: '@rocketmq-ts/namesrv' },
]

let brokenRules: readonly (readonly string[])[] = []

beforeAll(() => {
  const texts = [...forbidden, ...allowed].map(({ path, from }) => ({ path, text: `export * as all from '${from}'\n` }))
  const script = path.resolve(__dirname, '../lint-texts.mjs')
  const { stdout, stderr } = spawnSync(process.execPath, [script], { input: JSON.stringify(texts), encoding: 'utf8' })
  if (!stdout.startsWith('[')) throw new Error(`the linter did not run: ${stderr}`)
  brokenRules = JSON.parse(stdout) as string[][]
}, 120_000)

test.each(forbidden.map((one, index) => ({ ...one, index })))('$path may not import $from: $why', ({ rule, index }) => {
  expect(brokenRules[index]).toContain(rule)
})

test.each(allowed.map((one, index) => ({ ...one, index })))('$path may import $from', ({ index }) => {
  expect(brokenRules[forbidden.length + index]).not.toContain(BOUNDARY)
})
