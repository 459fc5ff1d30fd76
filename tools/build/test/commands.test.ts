import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import * as path from 'node:path'
import { useComponents, useTemporaryFolders } from '@rocketmq-ts/base/testing'
import { RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import { builtExecutable, ServerProcess, Standalone, TestClient, workspaceRoot } from '@rocketmq-ts/testing'

const start = useComponents()
const temporaryFolder = useTemporaryFolders()

function run(executable: string, args: readonly string[], environment: Record<string, string> = {}) {
  const env = { ...process.env, ...environment }
  const { status, stdout, stderr } = spawnSync(builtExecutable(executable), args, { encoding: 'utf8', env })
  return { status, stdout, stderr }
}

test.each(['mqnamesrv', 'mqbroker'])('%s -h names its flags and exits 0', executable => {
  const { status, stdout } = run(executable, ['-h'])
  expect(status).toBe(0)
  for (const flag of ['-c, --configFile', '-n, --namesrvAddr', '-p, --printConfigItem']) expect(stdout).toContain(flag)
})

test("mqproxy has Java's flags, and says what is wrong with them", () => {
  const { status, stdout } = run('mqproxy', ['-h'])
  expect(status).toBe(0)
  const flags = ['-n,  --namesrvAddr', '-pc, --proxyConfigPath', '-pm, --proxyMode', '-bc, --brokerConfigPath']
  for (const flag of flags) expect(stdout).toContain(flag)
  expect(run('mqproxy', ['-pm', 'remote']).stderr).toBe('proxyMode: "remote" is neither local nor cluster\n')
  const { status: refused, stderr } = run('mqproxy', ['-pm', 'Cluster'], { NAMESRV_ADDR: '' })
  expect([refused, stderr]).toEqual([2, expect.stringContaining('no NameServer is given')])
})

test('mqproxy in local mode has its broker inside, which remoting clients reach as well', async () => {
  const home = temporaryFolder()
  const [brokerFile, proxyFile] = [path.join(home, 'broker.conf'), path.join(home, 'rmq-proxy.json')]
  writeFileSync(brokerFile, `brokerIP1=127.0.0.1\nlistenPort=0\nstorePathRootDir=${path.join(home, 'store')}\n`)
  writeFileSync(proxyFile, JSON.stringify({ bindAddress: '127.0.0.1', grpcServerPort: 0, remotingListenPort: 0 }))
  const server = await start(
    new ServerProcess({
      name: 'mqproxy -pm local',
      command: builtExecutable('mqproxy'),
      args: ['-pm', 'local', '-bc', brokerFile, '-pc', proxyFile],
      environment: { ROCKETMQ_HOME: home, NAMESRV_ADDR: '' },
      servesPattern: /^The proxy\[.* boot success/m,
    }),
  )
  const [, address = ''] = /^The broker\[\S+, (\S+)\] boot success/m.exec(server.output) ?? []
  const client = await start(new TestClient())
  expect((await client.ask(address, RequestCode.GET_BROKER_CONFIG)).code).toBe(ResponseCode.SUCCESS)
})

test('an unknown flag is refused with what was probably meant, and exit code 2', () => {
  expect(run('mqbroker', ['--configfile', 'x'])).toEqual({
    status: 2,
    stdout: '',
    stderr: "Unknown option '--configfile', did you mean --configFile? (-h shows the flags)\n",
  })
})

test('-p prints every key, -m the important ones; a flag wins over the environment, that over the file', () => {
  const file = path.join(temporaryFolder(), 'broker.conf')
  writeFileSync(file, 'brokerName=of-the-file\nbrokerClusterName=of-the-file\nnamesrvAddr=of-the-file:1\n')
  const environment = {
    NAMESRV_ADDR: 'never:1',
    ROCKETMQ_BROKER_BROKER_CLUSTER_NAME: 'of-the-environment',
    ROCKETMQ_BROKER_NAMESRV_ADDR: 'of-the-environment:1',
  }
  const all = run('mqbroker', ['-c', file, '-n', 'of-the-flag:1', '-p'], environment).stdout.split('\n')
  expect(all).toEqual(expect.arrayContaining(['brokerName=of-the-file', 'brokerClusterName=of-the-environment']))
  expect(all).toEqual(expect.arrayContaining(['namesrvAddr=of-the-flag:1', 'useEpollNativeSelector=false']))
  const important = run('mqbroker', ['-c', file, '-m'], environment).stdout.split('\n')
  expect(important).toContain('namesrvAddr=of-the-environment:1')
  expect(important).not.toContain('useEpollNativeSelector=false')
})

test('a promise that is not kept yet is refused instead of ignored', () => {
  const file = path.join(temporaryFolder(), 'broker.conf')
  writeFileSync(file, 'authenticationEnabled=true\nbrokerRole=SLAVE\n')
  const { status, stderr } = run('mqbroker', ['-c', file])
  expect(status).toBe(2)
  expect(stderr).toContain(`${file}:1: authenticationEnabled = true: it must be one of false`)
  expect(stderr).toContain(`${file}:2: brokerRole = SLAVE: it must be one of ASYNC_MASTER, SYNC_MASTER`)
})

test('an update at runtime is in the file of the home, and so in the next start', async () => {
  const home = temporaryFolder()
  const first = await start(new Standalone(home))
  const client = await start(new TestClient())
  const body = Buffer.from('maxMessageSize=4096\nbrokerPermission=4\n')
  const { code } = await client.ask(first.brokerAddress, RequestCode.UPDATE_BROKER_CONFIG, {}, body)
  expect(code).toBe(ResponseCode.SUCCESS)
  const lines = readFileSync(path.join(home, 'conf', 'broker.conf'), 'utf8').split('\n')
  expect(lines).toEqual(expect.arrayContaining(['brokerPermission=4', 'maxMessageSize=4096']))
  await first.stop()

  const second = await start(new Standalone(home))
  const answer = await client.ask(second.brokerAddress, RequestCode.GET_BROKER_CONFIG)
  expect(answer.body?.toString().split('\n')).toEqual(expect.arrayContaining(['maxMessageSize=4096']))
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s to npm start stops the servers, not just npm', async signal => {
  const home = temporaryFolder()
  const npm = new ServerProcess({
    name: 'npm start',
    command: 'npm',
    args: [
      'start',
      '--prefix',
      workspaceRoot,
      '--',
      '--home',
      home,
      '--namesrv-port',
      '0',
      '--broker-port',
      '0',
      '--http-port',
      '0',
      '--grpc-port',
      '0',
      '--remoting-port',
      '0',
    ],
    environment: {},
    servesPattern: /The broker\[.*boot success/,
  })
  await start(npm)
  expect(await npm.signal(signal)).toEqual({ code: 0, signal: null })
  expect(npm.output).toContain('"unregistered"')
})

test('an executable without its bundle says how to build it', () => {
  const bin = path.join(temporaryFolder(), 'bin')
  mkdirSync(bin)
  for (const name of ['mqbroker', 'run-bundle.cjs'])
    copyFileSync(path.join(workspaceRoot, 'bin', name), path.join(bin, name))
  const { status, stderr } = spawnSync(process.execPath, [path.join(bin, 'mqbroker')], { encoding: 'utf8' })
  expect(status).toBe(1)
  expect(stderr).toContain('run "npm run build" first')
})
