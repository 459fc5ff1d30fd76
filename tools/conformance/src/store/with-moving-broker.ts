import { Cluster, TestClient } from '@rocketmq-ts/testing'
import type { Properties } from '@rocketmq-ts/testing'
import { serverKind } from '../suite'
import type { SuiteEnvironment } from '../suite'
import { MovingBroker } from './moving-broker'

/** With our NameServer, a client, and a broker that has not been started; all of them are stopped afterwards. */
export async function withMovingBroker<T>(
  environment: SuiteEnvironment,
  properties: Properties,
  action: (given: { readonly broker: MovingBroker; readonly client: TestClient }) => Promise<T>,
): Promise<T> {
  const { folder } = environment
  const cluster = await Cluster.create({ folder, nameServerKind: serverKind('ours', environment), brokers: [] })
  const client = new TestClient()
  await cluster.start()
  await client.start()
  const broker = await MovingBroker.create(folder, { namesrvAddr: cluster.nameServer.address, ...properties })
  try {
    return await action({ broker, client })
  } finally {
    await broker.stop()
    await client.stop()
    await cluster.stop()
  }
}
