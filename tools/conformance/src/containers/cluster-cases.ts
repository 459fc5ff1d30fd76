import { mkdirSync } from 'node:fs'
import * as path from 'node:path'
import { MqadminSession } from '../mqadmin-session'
import { say } from '../report'
import type { Attempts } from '../store/attempts'
import type { SuiteEnvironment } from '../suite'
import { brokers, httpUrls, nameServerLeft, nameServers } from './cluster-addresses'
import type { ComposeProject } from './compose-project'
import { dockerOutcome } from './docker'
import { HttpApi } from './http-api'
import { exchange } from './exchange'
import { loseNothing } from './lose-nothing'

type Environment = Pick<SuiteEnvironment, 'toolchain' | 'folder' | 'match' | 'onResult'>

/** What holds for the cluster, before and after some of it is killed. */
export async function proveCluster(
  cluster: ComposeProject,
  attempts: Attempts,
  environment: Environment,
): Promise<void> {
  const isUp = await attempts.make('docker-compose brings a cluster up, all of it healthy', async () => {
    say(`  the cluster: healthy after ${(await cluster.up()).toFixed(1)} s`)
    say(indent(await cluster.memory()))
    return []
  })
  if (!isUp) return
  await proveContainer(cluster, attempts)
  const home = path.join(environment.folder, 'client')
  mkdirSync(home, { recursive: true })
  const mqadmin = new MqadminSession(environment.toolchain, home, { namesrv: nameServers, broker: brokers['broker-a'] })
  try {
    await attempts.make('mqadmin sees both brokers', () => seeBrokers(mqadmin, nameServers))
    await attempts.make('what gRPC, HTTP and remoting send, each of them receives', () => exchange(mqadmin))
    await attempts.make(
      'what is sent once more to the other proxy, with its Idempotency-Key, is not sent again',
      sendTwice,
    )
    await attempts.make('nothing is lost when a NameServer and a proxy are killed: gRPC of Node, and HTTP', () =>
      loseNothing(cluster, attempts, { ...environment, home }),
    )
    await attempts.make('mqadmin sees both brokers by the NameServer that is left', () =>
      seeBrokers(mqadmin, nameServerLeft),
    )
  } finally {
    await mqadmin.end()
  }
}

/** What holds for a container of the cluster. */
async function proveContainer(cluster: ComposeProject, attempts: Attempts): Promise<void> {
  const service = 'namesrv-a'
  await attempts.make('a container runs as nobody special, and writes to its volume alone', async () => {
    const user = await cluster.inside(service, 'id', '-u')
    await cluster.inside(service, 'touch', '/data/written')
    const elsewhere = await dockerOutcome('exec', await cluster.containerOf(service), 'touch', '/tmp/written')
    return [
      ...(user === '0' ? ['it runs as root'] : []),
      ...(/read-only/i.test(elsewhere.printed) ? [] : [`/tmp can be written: ${elsewhere.printed}`]),
    ]
  })
  await attempts.make('the health check says no when a port does not answer', async () => {
    const container = await cluster.containerOf(service)
    const asked = ['exec', '--env', 'ROCKETMQ_NAMESRV_LISTEN_PORT=1', container, 'health-check']
    const { code, printed } = await dockerOutcome(...asked)
    return code === 1 && printed.includes('no answer on port 1') ? [] : [`exit code ${code}: ${printed}`]
  })
}

async function seeBrokers(mqadmin: MqadminSession, namesrv: string): Promise<readonly string[]> {
  const { output = '', failure } = await mqadmin.perform({ mqadmin: ['clusterList', '-n', namesrv] })
  if (failure !== undefined) return [failure]
  return Object.entries(brokers)
    .filter(([name, address]) => !new RegExp(`${name}.* ${address} `).test(output))
    .map(([name, address]) => `no ${name} at ${address}:\n${output}`)
}

async function sendTwice(): Promise<readonly string[]> {
  const [one, other] = [new HttpApi(httpUrls[0]), new HttpApi(httpUrls[1])]
  await one.createTopic('Once')
  const first = await one.sendOnce('Once', 'one cake', 'order-2')
  const second = await other.sendOnce('Once', 'one cake', 'order-2')
  return first === second ? [] : [`it was sent as ${first} and as ${second}`]
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ')
}
