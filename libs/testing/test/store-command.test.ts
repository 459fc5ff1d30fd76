import { spawnSync } from 'node:child_process'
import { openSync, readdirSync, readFileSync, statSync, writeSync, closeSync } from 'node:fs'
import * as path from 'node:path'
import { useComponents, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { builtExecutable, Standalone, TestClient } from '../src'

const TOPIC = 'StoreCommandTopic'
const start = useComponents()
const temporaryFolder = useTemporaryFolders()

/** Runs `rocketmq store …` to its end. */
function look(...args: readonly string[]): { code: number | null; output: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(builtExecutable('rocketmq'), ['store', ...args], { encoding: 'utf8' })
  return { code: status, output: stdout, errors: stderr }
}

/** A broker with twenty messages in its store. */
async function filled(home: string): Promise<Standalone> {
  const standalone = await start(new Standalone(home))
  const client = await start(new TestClient())
  await client.createTopic(standalone.brokerAddress, TOPIC, 2)
  for (let index = 0; index < 20; index += 1) {
    await client.send(standalone.brokerAddress, { topic: TOPIC, queueId: index % 2, body: `message ${index}` })
  }
  return standalone
}

/** Every file with its size and when it was last written to. */
function stateOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map(name => {
      const { size, mtimeMs } = statSync(path.join(folder, name))
      return `${name} ${size} ${mtimeMs}`
    })
}

test('a store is healthy while a broker works in it, after SIGKILL, and after a stop', async () => {
  const home = temporaryFolder()
  const store = path.join(home, 'store')
  const running = await filled(home)
  expect(look('inspect', store)).toMatchObject({ code: 0, errors: '' })
  await running.signal('SIGKILL')
  const before = stateOf(store)
  const killed = look('verify', store, '--json')
  expect(killed.code).toBe(0)
  expect(JSON.parse(killed.output)).toMatchObject({
    isHealthy: true,
    wasStopped: false,
    commitLog: { recordCount: 20 },
  })
  expect(stateOf(store)).toEqual(before)
  const again = await start(new Standalone(home))
  await again.signal('SIGTERM')
  expect(look('inspect', store, '--topic', TOPIC).output).toContain(`  ${TOPIC} queue 1: 0 to 10 in 1 files`)
  expect(look('verify', store)).toMatchObject({
    code: 0,
    output: expect.stringMatching(/20 records[^]*\nhealthy\n$/) as string,
  })
})

test('damage ends with exit code 1 and a sentence that says where', async () => {
  const home = temporaryFolder()
  const standalone = await filled(home)
  await standalone.signal('SIGTERM')
  const log = path.join(home, 'store', 'commitlog', '0'.repeat(20))
  const at = readFileSync(log).indexOf('message 7')
  const file = openSync(log, 'r+')
  writeSync(file, 'massage', at)
  closeSync(file)
  expect(look('inspect', path.join(home, 'store')).code).toBe(0)
  const { code, output } = look('verify', path.join(home, 'store'))
  expect(code).toBe(1)
  expect(output).toMatch(/message 3 of StoreCommandTopic queue 1\): the CRC of the body is another/)
})

test('what is no store, and a wrong command line, end with exit code 2 and a sentence', () => {
  const folder = temporaryFolder()
  expect(look('inspect', path.join(folder, 'nothing')).errors).toMatch(/^there is no folder .*nothing\n$/)
  for (const args of [['inspect', folder], ['inspect'], ['mend', folder], ['verify', folder, '--problems', 'many']]) {
    const { code, output, errors } = look(...args)
    expect([code, output]).toEqual([2, ''])
    expect(errors.trim().split('\n')).toHaveLength(1)
  }
  expect(look('-h')).toMatchObject({ code: 0, output: expect.stringContaining('--json') as string })
})
