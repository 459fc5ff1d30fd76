import * as fs from 'node:fs'
import * as path from 'node:path'
import { ConfigError, nodeDisk } from '@rocketmq-ts/base'
import { FakeClock, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { loadConfig, trueOrFalse, wholeNumber } from '../src'
import { z } from 'zod'

const temporaryFolder = useTemporaryFolders()

const netSchema = z.object({
  listenPort: wholeNumber({ max: 65535 }).default(10911).describe('port'),
  brokerIP1: z.string().default(''),
})
const brokerSchema = z.object({
  brokerName: z.string().default('broker-a'),
  autoCreateTopicEnable: trueOrFalse().default(true),
  flushDiskType: z.enum(['ASYNC_FLUSH', 'SYNC_FLUSH']).default('ASYNC_FLUSH'),
  waitMs: z.coerce.number().int().positive().default(200),
})

function load(options: {
  text?: string
  environment?: Record<string, string>
  overrides?: Record<string, string>
  defaults?: Record<string, string>
}) {
  const { text, ...rest } = options
  const file = text === undefined ? null : path.join(temporaryFolder(), 'broker.conf')
  if (file !== null) fs.writeFileSync(file, text ?? '')
  return loadConfig(
    {
      service: 'broker',
      schemas: [netSchema, brokerSchema],
      knownWithoutEffect: { useEpollNativeSelector: 'false', dLegerGroup: null },
      file,
      ...rest,
    },
    { disk: nodeDisk, clock: new FakeClock() },
  )
}

function problemsOf(call: () => unknown): readonly string[] {
  try {
    call()
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(problem => problem.replace(/^.*\//, ''))
    throw error
  }
  return []
}

test('what is not configured has its default', () => {
  expect(load({}).values).toEqual({
    listenPort: 10911,
    brokerIP1: '',
    brokerName: 'broker-a',
    autoCreateTopicEnable: true,
    flushDiskType: 'ASYNC_FLUSH',
    waitMs: 200,
  })
})

test('a file as Java reads it: separators, comments, continuations, escapes, blanks at the end, the last one counts', () => {
  const { values, warnings } = load({
    text: [
      '# a comment',
      '! another',
      'listenPort : 20911  ',
      'brokerName broker\\u002db\\',
      '    -c',
      'autoCreateTopicEnable=FALSE',
      'flushDiskType = ASYNC_FLUSH',
      'flushDiskType = SYNC_FLUSH',
    ].join('\r\n'),
  })
  expect(values).toMatchObject({
    listenPort: 20911,
    brokerName: 'broker-b-c',
    autoCreateTopicEnable: false,
    flushDiskType: 'SYNC_FLUSH',
  })
  expect(warnings).toEqual([])
})

test('a flag overrides the environment, which overrides the file, which overrides what the process made up', () => {
  const defaults = { listenPort: '1', brokerName: 'made-up', waitMs: '1', brokerIP1: '10.0.0.1' }
  const text = 'listenPort=2\nbrokerName=file\nwaitMs=2'
  const environment = { ROCKETMQ_BROKER_LISTEN_PORT: '3', ROCKETMQ_BROKER_BROKER_NAME: 'environment', OTHER: 'x' }
  const { values } = load({ defaults, text, environment, overrides: { listenPort: '4' } })
  expect(values).toMatchObject({ listenPort: 4, brokerName: 'environment', waitMs: 2, brokerIP1: '10.0.0.1' })
})

test('all bad values are told at once, each with its place and what is allowed', () => {
  const text = '\nlistenPort=70000\nautoCreateTopicEnable = yes\nflushDiskType=FAST\n'
  expect(problemsOf(() => load({ text, environment: { ROCKETMQ_BROKER_WAIT_MS: '-1' } }))).toEqual([
    'broker.conf:2: listenPort = 70000: it must be a whole number from 0 to 65535',
    'broker.conf:3: autoCreateTopicEnable = yes: it must be true or false',
    'broker.conf:4: flushDiskType = FAST: it must be one of ASYNC_FLUSH, SYNC_FLUSH',
    'environment variable ROCKETMQ_BROKER_WAIT_MS: waitMs = -1: it must be a whole number above 0',
  ])
})

test('a missing file is a problem, not an empty configuration', () => {
  const sources = { service: 'broker', schemas: [netSchema], file: '/nowhere/broker.conf' } as const
  const deps = { disk: nodeDisk, clock: new FakeClock() }
  expect(problemsOf(() => loadConfig(sources, deps))).toEqual(['broker.conf: there is no such file'])
})

test('an unknown key warns and says which one was probably meant', () => {
  const { warnings } = load({
    text: 'listenPrt=1\nsomethingElse=2\nuseEpollNativeSelector=true',
    environment: { ROCKETMQ_BROKER_BROKERNAME: 'b' },
  })
  expect(warnings.map(warning => warning.replace(/^.*\//, ''))).toEqual([
    'environment variable: unknown key ROCKETMQ_BROKER_BROKERNAME, did you mean ROCKETMQ_BROKER_BROKER_NAME?',
    'broker.conf:1: unknown key listenPrt, did you mean listenPort?',
    'broker.conf:2: unknown key somethingElse',
  ])
})
