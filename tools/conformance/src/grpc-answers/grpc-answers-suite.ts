import * as path from 'node:path'
import { inOrder, systemClock } from '@rocketmq-ts/base'
import { Cluster, ProxyServer, TestClient } from '@rocketmq-ts/testing'
import { patience } from '../patience'
import type { CaseResult } from '../report'
import { proxyKind, serverKind } from '../suite'
import type { Implementation, Suite, SuiteEnvironment } from '../suite'
import type { AnswerCase } from './answer-case'
import { AskedProxy } from './asked-proxy'
import { comparable } from './comparable'
import { receiptCases } from './receipt-cases'
import { receiveCases } from './receive-cases'
import { routeCases } from './route-cases'
import { sendCases } from './send-cases'
import { settingsCases } from './settings-cases'
import { transactionCases } from './transaction-cases'

const cases = [...routeCases, ...settingsCases, ...sendCases, ...receiveCases, ...receiptCases, ...transactionCases]
const PATIENCE_MS = 30_000
const proxyConfig = { grpcClientConsumerMinLongPollingTimeoutMillis: 200, grpcShutdownTimeSeconds: 2 }

/** What our proxy and Java's answer to the same, in front of one broker. */
export const grpcAnswersSuite: Suite = {
  name: 'grpc-answers',
  what: "what our proxy and Java's answer to the same gRPC calls",
  isOnlyRunByName: true,
  run,
}

async function run(environment: SuiteEnvironment): Promise<readonly CaseResult[]> {
  const { folder, match, onResult } = environment
  const brokerKind = serverKind('ours', environment)
  const brokerConfig = { ...patience, recallMessageEnable: true, enableMixedMessageType: true }
  const cluster = await Cluster.create({ folder, brokerKind, brokerConfig })
  const { address: nameServerAddress } = cluster.nameServer
  const proxyOf = (implementation: Implementation): Promise<ProxyServer> =>
    ProxyServer.create({
      kind: proxyKind(implementation, environment),
      folder: path.join(folder, `proxy-${implementation}`),
      namesrvAddr: nameServerAddress,
      config: proxyConfig,
    })
  const [ours, java] = [await proxyOf('ours'), await proxyOf('java')]
  const remoting = new TestClient()
  const servers = inOrder([cluster, ours, java, remoting])
  const common = { remoting, nameServerAddress, brokerAddress: cluster.broker().address }
  const asked = [
    new AskedProxy({ ...common, suffix: '-proxyA', endpoint: ours.grpcAddress }),
    new AskedProxy({ ...common, suffix: '-proxyB', endpoint: java.grpcAddress }),
  ] as const
  try {
    await servers.start()
    const results: CaseResult[] = []
    for (const each of cases.filter(({ name }) => match.test(name))) {
      const result = await compare(each, asked)
      results.push(result)
      onResult(result)
    }
    return results
  } finally {
    for (const proxy of asked) proxy.close()
    await servers.stop()
  }
}

/** Ours, and Java's. */
type Asked = readonly [AskedProxy, AskedProxy]

async function compare({ name, ask, differs }: AnswerCase, [ours, java]: Asked): Promise<CaseResult> {
  const startMs = systemClock.monotonicMs()
  let failure: string | null
  try {
    failure = verdict(...(await Promise.all([answered(ask(ours)), answered(ask(java))])), differs)
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  return { name, failure, ms: systemClock.monotonicMs() - startMs }
}

async function answered(asked: Promise<unknown>): Promise<string> {
  const over = new AbortController()
  const deadline = new Promise<never>((_, reject) => {
    const timer = systemClock.after(PATIENCE_MS, () => reject(new Error(`no answer within ${PATIENCE_MS} ms`)))
    over.signal.addEventListener('abort', () => timer.cancel())
  })
  try {
    return comparable(await Promise.race([asked, deadline]))
  } finally {
    over.abort()
  }
}

function verdict(ours: string, java: string, differs: string | undefined): string | null {
  if (ours === java) return differs === undefined ? null : `it does not differ any more, although: ${differs}`
  return differs === undefined ? `ours:\n${ours}\nJava's:\n${java}` : null
}
