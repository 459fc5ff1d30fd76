/** Lets a server start once and stop, so that what V8 compiled of it lies beside its bundle for the starts to come. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { root } from './workspace.mjs'

const freePorts = (...names) => names.flatMap(name => [`--${name}-port`, '0'])
const argsOfServer = {
  mqnamesrv: () => [],
  mqbroker: () => [],
  mqproxy: () => ['-pm', 'cluster', '-n', '127.0.0.1:1'],
  rocketmq: home => ['up', '--home', home, ...freePorts('namesrv', 'broker', 'grpc', 'remoting', 'http')],
}
const START_TIMEOUT_MS = 20_000

/** Does nothing for what is no server. A server that does not start is not the build's business: its tests will say so. */
export async function writeCodeCache(app) {
  const argsOf = argsOfServer[app]
  if (argsOf === undefined) return
  const home = mkdtempSync(path.join(tmpdir(), 'rocketmq-ts-build-'))
  try {
    await runOnce([path.join(root, 'bin', app), ...argsOf(home)], environmentIn(home))
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** Nothing but free ports of the loopback, and files of `home`. */
function environmentIn(home) {
  const settings = { LISTEN_PORT: '0', BIND_ADDRESS: '127.0.0.1' }
  const environment = {
    BROKER_STORE_PATH_ROOT_DIR: path.join(home, 'store'),
    BROKER_BROKER_IP1: '127.0.0.1',
    PROXY_GRPC_SERVER_PORT: '0',
    PROXY_BIND_ADDRESS: '127.0.0.1',
    NAMESRV_KV_CONFIG_PATH: path.join(home, 'kvConfig.json'),
  }
  for (const [key, value] of Object.entries(settings)) {
    environment[`BROKER_${key}`] = value
    environment[`NAMESRV_${key}`] = value
  }
  const named = Object.fromEntries(Object.entries(environment).map(([key, value]) => [`ROCKETMQ_${key}`, value]))
  return { ...process.env, ...named, ROCKETMQ_HOME: home, NAMESRV_ADDR: '', ROCKETMQ_WRITE_CODE_CACHE: '1' }
}

function runOnce(args, env) {
  const server = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] })
  const impatience = setTimeout(() => server.kill('SIGKILL'), START_TIMEOUT_MS)
  let output = ''
  server.stdout.on('data', chunk => {
    output += chunk
    if (/^The .* boot success/m.test(output)) server.kill('SIGTERM')
  })
  return new Promise(resolve => {
    server.once('close', () => {
      clearTimeout(impatience)
      resolve()
    })
  })
}
