import { runClientScenarios } from '../client-run'
import type { Attempts } from '../store/attempts'
import type { SuiteEnvironment } from '../suite'
import { brokerNames, grpcEndpoints, httpUrls, nameServers } from './cluster-addresses'
import type { ComposeProject } from './compose-project'
import { GrpcClient } from './grpc-client'
import { HttpApi } from './http-api'
import { missingAfter } from './missing-after'
import { Sender } from './sender'

/** Of each sender, before the kill and after it. */
const MESSAGES_EACH = 100

/**
 * The Java clients run their scenario, and when they have the servers killed, the other clients are in the middle of
 * sending. Whatever was acknowledged is received by the proxy that is left.
 */
export async function loseNothing(
  cluster: ComposeProject,
  attempts: Pick<Attempts, 'results'>,
  { home, toolchain, onResult }: Pick<SuiteEnvironment, 'toolchain' | 'onResult'> & { readonly home: string },
): Promise<readonly string[]> {
  const topic = 'Kept'
  const [dying, left] = [new HttpApi(httpUrls[0]), new HttpApi(httpUrls[1])]
  const [dyingGrpc, leftGrpc] = [new GrpcClient(grpcEndpoints[0]), new GrpcClient(grpcEndpoints[1])]
  await left.createTopic(topic)
  for (const group of ['HttpGroup', 'GrpcGroup']) await left.beginAtFirst(group, topic, brokerNames)
  const senders = [
    new Sender('gRPC', [await dyingGrpc.producer(topic), await leftGrpc.producer(topic)]),
    new Sender('HTTP', [body => dying.send(topic, body), body => left.send(topic, body)]),
  ]
  const killInTheMiddle = async (): Promise<void> => {
    senders.forEach(sender => sender.start())
    await Promise.all(senders.map(sender => sender.acknowledge(MESSAGES_EACH)))
    await Promise.all([cluster.kill('namesrv-a'), cluster.kill('proxy-a')])
    await Promise.all(senders.map(sender => sender.acknowledge(MESSAGES_EACH)))
    await Promise.all(senders.map(sender => sender.stop()))
  }
  try {
    attempts.results.push(
      ...(await runClientScenarios({
        ...{ toolchain, home, onResult, match: /./, scenarios: 'containers', nameServerAddress: nameServers },
        systemProperties: { 'conformance.grpc.endpoints': grpcEndpoints.join(';') },
        async serve(request) {
          if (request !== 'kill a NameServer and a proxy') throw new Error(`a scenario asks for "${request}"`)
          await killInTheMiddle()
        },
      })),
    )
    const acknowledged = senders.flatMap(sender => sender.acknowledged)
    if (acknowledged.length === 0) return ['the scenario ended before anything was killed']
    const receive = await leftGrpc.consumer('GrpcGroup', topic)
    return [
      ...(await missingAfter(acknowledged, receive)).map(body => `gRPC does not receive ${body}`),
      ...(await missingAfter(acknowledged, () => left.receive('HttpGroup', topic))).map(
        body => `HTTP does not receive ${body}`,
      ),
    ]
  } finally {
    await Promise.all([...senders.map(sender => sender.stop()), dyingGrpc.stop(), leftGrpc.stop()])
  }
}
