import { v2 } from '@rocketmq-ts/protocol/grpc'
import { messageTypeOf } from '../messaging/message-to-send'
import type { MessageToSend } from '../messaging/message-to-send'
import type { SendStatus, SentMessage } from '../messaging/send-messages'
import type { HttpRooms } from './http-rooms'
import { problemOf, problemOfCode } from './problems'
import type { Problem } from './shapes/problem'
import { sentOf } from './shapes/sent-message'
import type { Sent } from './shapes/sent-message'

export type Outcome = Sent | { readonly problem: Problem }

/** What a message takes beside its body, at most, is counted roughly. */
const MESSAGE_OVERHEAD_BYTES = 512

/**
 * Sends messages of one topic in their order; what became of each. Plain ones leave together, as many as a broker takes
 * at a time; each of the others alone. One that fails does not keep the others back.
 */
export async function sendInBatches(
  messages: readonly MessageToSend[],
  { messaging, config }: Pick<HttpRooms, 'config' | 'messaging'>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const batch of batchesOf(messages, config.maxMessageSize)) {
    try {
      outcomes.push(...(await messaging.send(batch)).map(outcomeOf))
    } catch (error) {
      outcomes.push(...batch.map(() => ({ problem: problemOf(error) })))
    }
  }
  return outcomes
}

type Batch = [MessageToSend, ...MessageToSend[]]

function batchesOf(messages: readonly MessageToSend[], bytesMax: number): readonly Batch[] {
  const batches: Batch[] = []
  let open: { readonly batch: Batch; bytes: number } | null = null
  for (const message of messages) {
    const bytes = bytesOf(message)
    const isPlain = messageTypeOf(message.properties) === 'NORMAL'
    if (isPlain && open !== null && (bytesMax <= 0 || open.bytes + bytes <= bytesMax)) {
      open.batch.push(message)
      open.bytes += bytes
      continue
    }
    const batch: Batch = [message]
    batches.push(batch)
    open = isPlain ? { batch, bytes } : null
  }
  return batches
}

function bytesOf({ body, properties }: MessageToSend): number {
  let bytes = body.length + MESSAGE_OVERHEAD_BYTES
  for (const [name, value] of properties) bytes += Buffer.byteLength(name) + Buffer.byteLength(value) + 2
  return bytes
}

const codeOf: Readonly<Record<Exclude<SendStatus, 'OK'>, v2.Code>> = {
  FLUSH_DISK_TIMEOUT: v2.Code.MASTER_PERSISTENCE_TIMEOUT,
  FLUSH_SLAVE_TIMEOUT: v2.Code.SLAVE_PERSISTENCE_TIMEOUT,
  SLAVE_NOT_AVAILABLE: v2.Code.HA_NOT_AVAILABLE,
}

/** Stored, but not as safely as wished, is a failure: the client should know, and may send again. */
export function outcomeOf(sent: SentMessage | undefined): Outcome {
  if (sent === undefined) return { problem: problemOfCode(v2.Code.INTERNAL_SERVER_ERROR, 'the broker did not answer') }
  if (sent.status === 'OK') return sentOf(sent)
  const detail = `${sent.status}: the message is stored, but not as safely as configured`
  return { problem: { ...problemOfCode(codeOf[sent.status], detail), stored: 'uncertain' } }
}
