import type { MqadminSession } from '../mqadmin-session'
import { brokerNames, grpcEndpoints, httpUrls } from './cluster-addresses'
import { GrpcClient } from './grpc-client'
import { HttpApi } from './http-api'
import { missingAfter } from './missing-after'

/** One message by each face, which a group of each face gets, all three of them. */
export async function exchange(mqadmin: MqadminSession): Promise<readonly string[]> {
  const topic = 'Exchanged'
  const http = new HttpApi(httpUrls[0])
  const grpc = new GrpcClient(grpcEndpoints[1])
  const remoting = async (step: Parameters<MqadminSession['perform']>[0]): Promise<void> => {
    const { failure } = await mqadmin.perform(step)
    if (failure !== undefined) throw new Error(failure)
  }
  const bodies = ['by gRPC', 'by HTTP', 'by remoting']
  try {
    await http.createTopic(topic)
    for (const group of ['HttpGroup', 'GrpcGroup']) await http.beginAtFirst(group, topic, brokerNames)
    await remoting({ 'await route': { topic } })
    await remoting({ 'start consumer': { group: 'RemotingGroup', topic } })
    const send = await grpc.producer(topic)
    await send('by gRPC')
    await http.send(topic, 'by HTTP')
    await remoting({ send: { group: 'Exchanger', topic, queueId: 0, tag: 'T', key: 'k', body: 'by remoting' } })
    const receive = await grpc.consumer('GrpcGroup', topic)
    const missing = [
      ...(await missingAfter(bodies, receive)).map(body => `gRPC does not receive what was sent ${body}`),
      ...(await missingAfter(bodies, () => http.receive('HttpGroup', topic))).map(
        body => `HTTP does not receive what was sent ${body}`,
      ),
    ]
    await remoting({ 'await consumed': { group: 'RemotingGroup', topic, count: bodies.length } })
    await remoting({ 'stop consumer': { group: 'RemotingGroup' } })
    return missing
  } finally {
    await grpc.stop()
  }
}
