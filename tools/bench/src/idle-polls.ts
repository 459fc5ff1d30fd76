import { mkdtempSync, rmSync } from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { encodeFrame, RemotingCommand, RequestCode, SerializeType } from '@rocketmq-ts/protocol'
import { Cluster, TestClient } from '@rocketmq-ts/testing'
import { LoadConnection } from './load-connection'

const TOPIC = 'Idle'
const GROUPS_OF_CONNECTION = 100
/** Longer than the measurement takes. */
const WAIT_MS = 600_000
const MEASURED_MS = 20_000
/** Until what the new groups leave is saved, and the heap is at rest. */
const SETTLE_MS = 90_000

/** What a broker costs whose consumers all wait: each group with a pull and a pop. */
export async function idlePolls(groupCount: number): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rocketmq-ts-bench-'))
  const cluster = await Cluster.create({ folder })
  const client = new TestClient()
  const connections: LoadConnection[] = []
  let answeredCount = 0
  try {
    await cluster.start()
    await client.start()
    const { address, process: broker } = cluster.broker()
    await client.createTopic(address, TOPIC, 1)
    const alone = await percentOf(broker)
    for (let from = 0; from < groupCount; from += GROUPS_OF_CONNECTION) {
      const connection = await LoadConnection.open(address, {
        onResponse: () => (answeredCount += 1),
        onDrained: () => undefined,
        onFailed: error => {
          throw error
        },
      })
      connections.push(connection)
      for (let group = from; group < Math.min(groupCount, from + GROUPS_OF_CONNECTION); group += 1) {
        connection.write(Buffer.concat(waitingFrames(`Group_${group}`)))
      }
    }
    await pause(SETTLE_MS)
    const waiting = await percentOf(broker)
    const resident = (broker.residentBytes() / 1024 ** 2).toFixed(0)
    const counts = `${groupCount} groups, a pull and a pop of each waiting, ${answeredCount} of them answered`
    return `${counts}: ${waiting.toFixed(2)} % of a core (with nobody: ${alone.toFixed(2)} %), ${resident} MiB resident\n`
  } finally {
    for (const connection of connections) connection.close()
    await client.stop()
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function percentOf(broker: { cpuSeconds(): number }): Promise<number> {
  const startSeconds = broker.cpuSeconds()
  const startMs = performance.now()
  await pause(MEASURED_MS)
  return ((broker.cpuSeconds() - startSeconds) * 100_000) / (performance.now() - startMs)
}

function waitingFrames(consumerGroup: string): Buffer[] {
  const pull = {
    ...{ consumerGroup, topic: TOPIC, queueId: '0', queueOffset: '0', maxMsgNums: '32', sysFlag: '6' },
    ...{ commitOffset: '0', suspendTimeoutMillis: String(WAIT_MS), subscription: '*', subVersion: '1' },
    expressionType: 'TAG',
  }
  const pop = {
    ...{ consumerGroup, topic: TOPIC, queueId: '-1', maxMsgNums: '32', invisibleTime: '60000', initMode: '0' },
    ...{ pollTime: String(WAIT_MS), bornTime: String(Date.now()), expType: 'TAG', exp: '*', order: 'false' },
  }
  return [
    encodeFrame(RemotingCommand.request(RequestCode.PULL_MESSAGE, pull), SerializeType.JSON),
    encodeFrame(RemotingCommand.request(RequestCode.POP_MESSAGE, pop), SerializeType.JSON),
  ]
}
