import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { delay, systemClock } from '@rocketmq-ts/base'
import { builtExecutable, Cluster, ProxyServer, ServerProcess, TestClient } from '@rocketmq-ts/testing'
import { httpClient } from './support/http-client'

const POLL_MS = 20
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rocketmq-ts-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Processes that have said that they serve, the oldest first, once there are so many: a log may be late. */
async function workersOf(proxy: ProxyServer, count: number): Promise<readonly number[]> {
  for (;;) {
    const pids = [...proxy.process.output.matchAll(/"workerPid":(\d+)/g)].map(([, pid]) => Number(pid))
    if (pids.length >= count) return pids
    await delay(systemClock, POLL_MS)
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  return !isZombie(pid)
}

/** It has ended, and whoever inherited it does not ask how. */
function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false // not Linux, or gone meanwhile
  }
}

test('two processes serve one port; when one is killed the other goes on, and another takes its place', async () => {
  const cluster = await Cluster.create({ folder })
  const { address: namesrvAddr } = cluster.nameServer
  const config = { workers: 2 }
  const proxy = await ProxyServer.create({ folder: path.join(folder, 'proxy'), namesrvAddr, config })
  const remoting = new TestClient()
  let all: readonly number[] = []
  await cluster.start()
  await proxy.start()
  await remoting.start()
  try {
    await remoting.createTopic(cluster.broker().address, 'Shared', 4)
    const http = httpClient(() => proxy.httpUrl)
    // A connection of its own for each: they go to the processes by turns.
    const send = async (body: string): Promise<number> =>
      (await http.post('/v1/topics/Shared/messages', { body }, { connection: 'close' })).status
    expect(await Promise.all(['1', '2', '3', '4'].map(send))).toEqual([201, 201, 201, 201])
    const [first = 0, second = 0] = await workersOf(proxy, 2)
    expect([runs(first), runs(second)]).toEqual([true, true])
    process.kill(first, 'SIGKILL')
    all = await workersOf(proxy, 3)
    expect(await Promise.all(['5', '6', '7', '8'].map(send))).toEqual([201, 201, 201, 201])
  } finally {
    await remoting.stop()
    await proxy.stop()
    await cluster.stop()
  }
  expect(all.map(runs)).toEqual([false, false, false])
})

test('they do not outlive the process that started them', async () => {
  const proxy = await ProxyServer.create({ folder, namesrvAddr: '127.0.0.1:1', config: { workers: 2 } })
  await proxy.start()
  const workers = await workersOf(proxy, 2)
  expect(workers.map(runs)).toEqual([true, true])
  await proxy.process.kill()
  while (workers.some(runs)) await delay(systemClock, POLL_MS)
})

test('a broker inside and several processes do not go together', async () => {
  const configFile = path.join(folder, 'rmq-proxy.json')
  writeFileSync(configFile, JSON.stringify({ workers: 2 }))
  const server = new ServerProcess({
    name: 'mqproxy',
    command: builtExecutable('mqproxy'),
    args: ['-pm', 'local', '-n', '127.0.0.1:1', '-pc', configFile],
    environment: { ROCKETMQ_HOME: folder, HOME: folder },
    servesPattern: /boot success/,
  })
  expect(await server.runToExit()).toEqual({ code: 2, signal: null })
  expect(server.output).toContain('workers: a broker runs in one process')
})
