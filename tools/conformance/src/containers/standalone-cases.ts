import { say } from '../report'
import type { Attempts } from '../store/attempts'
import type { ComposeProject } from './compose-project'
import { GrpcClient } from './grpc-client'
import { HttpApi } from './http-api'
import { missingAfter } from './missing-after'

const service = 'rocketmq'
const topic = 'Standalone'
const group = 'StandaloneGroup'

/** What holds for everything in one container. */
export async function proveStandalone(standalone: ComposeProject, attempts: Attempts): Promise<void> {
  const http = new HttpApi('http://127.0.0.1:8090')
  const isUp = await attempts.make('docker-compose brings everything up in one container', async () => {
    say(`  in one container: healthy after ${(await standalone.up()).toFixed(1)} s`)
    say(`    ${await standalone.memory()}`)
    return []
  })
  if (!isUp) return
  await attempts.make('what HTTP and gRPC send is there after the container was killed', async () => {
    await http.createTopic(topic)
    await http.beginAtFirst(group, topic, ['broker-a'])
    await http.send(topic, 'by HTTP')
    await sendByGrpc('by gRPC')
    await standalone.kill(service)
    await standalone.start(service)
    return await missingAfter(['by HTTP', 'by gRPC'], () => http.receive(group, topic))
  })
  await attempts.make('it stops when it is asked to', async () => {
    const exitCode = await standalone.stop(service)
    return exitCode === '0' ? [] : [`exit code ${exitCode}`]
  })
}

async function sendByGrpc(body: string): Promise<void> {
  const client = new GrpcClient('127.0.0.1:8081')
  try {
    const send = await client.producer(topic)
    await send(body)
  } finally {
    await client.stop()
  }
}
