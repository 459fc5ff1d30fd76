import { deepStrictEqual } from 'node:assert'
import * as path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inOrder, systemClock } from '@rocketmq-ts/base'
import { RequestCode, ResponseCode } from '@rocketmq-ts/protocol'
import { Cluster, ProxyServer, TestClient } from '@rocketmq-ts/testing'
import { GrpcClient } from './containers/grpc-client'
import { patience } from './patience'
import type { CaseResult } from './report'
import { proxyKind, serverKind } from './suite'
import type { Suite, SuiteEnvironment } from './suite'

const QUEUES = 4
/** Of 5 s each: a minute in vain. */
const RECEIVES_MAX = 12
const ROUTE_LOOK_MS = 50
const ROUTE_WAIT_MS = 60_000
const URGENT = 'messages of a higher priority come to the Node client before those of a lower one'

/** What the gRPC client for Java cannot: it does not know topics of this type. */
export const nodeClientSuite: Suite = {
  name: 'grpc-node',
  what: "the gRPC client for Node with our proxy in front of Java's broker",
  run,
}

async function run(environment: SuiteEnvironment): Promise<readonly CaseResult[]> {
  const { folder, match, onResult } = environment
  if (!match.test(URGENT)) return []
  const cluster = await Cluster.create({ folder, brokerKind: serverKind('java', environment), brokerConfig: patience })
  const proxy = await ProxyServer.create({
    kind: proxyKind('ours', environment),
    folder: path.join(folder, 'proxy'),
    namesrvAddr: cluster.nameServer.address,
    config: { grpcClientConsumerMinLongPollingTimeoutMillis: 200, grpcShutdownTimeSeconds: 2 },
  })
  const remoting = new TestClient()
  const servers = inOrder([cluster, proxy, remoting])
  const startMs = systemClock.monotonicMs()
  let failure: string | null = null
  const client = new GrpcClient(proxy.grpcAddress)
  try {
    await servers.start()
    await remoting.createTopic(cluster.broker().address, 'Urgent', QUEUES, '+message.type=PRIORITY')
    await routed('Urgent', cluster.nameServer.address, remoting)
    await urgentComeFirst(client)
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
  } finally {
    await client.stop()
    await servers.stop()
  }
  const result = { name: URGENT, failure, ms: systemClock.monotonicMs() - startMs }
  onResult(result)
  return [result]
}

/** Java's broker answers before the NameServer knows of the topic, and the client does not ask for it for long. */
async function routed(topic: string, nameServer: string, remoting: TestClient): Promise<void> {
  const deadlineMs = systemClock.monotonicMs() + ROUTE_WAIT_MS
  for (;;) {
    const { code, remark } = await remoting.ask(nameServer, RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic })
    if (code === ResponseCode.SUCCESS) return
    if (systemClock.monotonicMs() > deadlineMs) throw new Error(`no route of ${topic}: ${code} ${remark ?? ''}`)
    await sleep(ROUTE_LOOK_MS)
  }
}

async function urgentComeFirst(client: GrpcClient): Promise<void> {
  const receive = await client.consumer('group-of-Urgent', 'Urgent', 1)
  await receive() // a group that is new begins at the newest
  const send = await client.producer('Urgent')
  for (const priority of [1, 9, 2, 1]) await send(String(priority), { priority })
  const received: string[] = []
  for (let calls = 0; received.length < 4 && calls < RECEIVES_MAX; calls += 1) received.push(...(await receive()))
  deepStrictEqual(received, ['9', '2', '1', '1'])
}
