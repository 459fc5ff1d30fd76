import { ResponseCode } from '@rocketmq-ts/protocol'
import type { Random } from './random'
import { TestClient } from './test-client'
import type { HeaderFormat, TestMessage, TestSendResult } from './test-client'

/** A message that the broker has acknowledged, and where it said that it is. */
export interface AcknowledgedMessage {
  readonly body: string
  readonly queueId: number
  readonly queueOffset: number
  readonly offsetMessageId: string
}

const IN_FLIGHT_COUNT = 32
const BODY_BYTES_MAX = 3000
const BATCH_COUNT_MAX = 10

export interface SenderOptions {
  /** Unique: begins every body. */
  readonly name: string
  readonly headerFormat: HeaderFormat
  readonly broker: string
  readonly topic: string
  readonly queueCount: number
  readonly random: Random
  readonly onAcknowledged: (message: AcknowledgedMessage) => void
}

/**
 * Sends as fast as it is answered, singles and batches, on one connection, until the connection is lost. Resolves then.
 * Bodies are `name:number:filling`; the numbers grow in the order of sending. Throws when the broker refuses.
 */
export async function sendUntilCut(options: SenderOptions): Promise<void> {
  const client = new TestClient(options.headerFormat)
  await client.start()
  let sentCount = 0
  const nextMessage = (queueId: number): TestMessage => {
    const filling = 'x'.repeat(options.random.between(0, BODY_BYTES_MAX))
    sentCount += 1
    return { topic: options.topic, queueId, body: `${options.name}:${sentCount}:${filling}`, properties: { TAGS: 'T' } }
  }
  async function sendOneAfterTheOther(): Promise<void> {
    for (;;) {
      const queueId = options.random.between(0, options.queueCount)
      const first = nextMessage(queueId)
      const more = options.random.between(0, 4) === 0 ? options.random.between(1, BATCH_COUNT_MAX) : 0
      const messages = [first, ...Array.from({ length: more }, () => nextMessage(queueId))] as const
      const result = await (more === 0
        ? client.send(options.broker, first)
        : client.sendBatch(options.broker, [...messages] as [TestMessage, ...TestMessage[]]))
      acknowledge(messages, result)
    }
  }
  function acknowledge(messages: readonly TestMessage[], result: TestSendResult): void {
    if (result.code !== ResponseCode.SUCCESS) throw new Error(`send refused: ${result.code} ${result.remark}`)
    messages.forEach((message, index) => {
      options.onAcknowledged({
        body: String(message.body),
        queueId: result.queueId,
        queueOffset: result.queueOffset + index,
        offsetMessageId: result.offsetMessageIds[index] ?? '',
      })
    })
  }
  try {
    await Promise.all(Array.from({ length: IN_FLIGHT_COUNT }, sendOneAfterTheOther))
  } catch (error) {
    if (!isConnectionCut(error)) throw error
  } finally {
    await client.stop()
  }
}

/** True for what a request ends with when the server dies. */
export function isConnectionCut(error: unknown): boolean {
  return error instanceof Error && ['ConnectionLostError', 'ConnectFailedError'].includes(error.name)
}
