import {
  CommandFlag,
  decodeFrame,
  encodeFrame,
  IncomingCommand,
  RemotingCommand,
  RemotingResponse,
  SerializeType,
} from '@rocketmq-ts/protocol'
import type { OutgoingResponse } from '@rocketmq-ts/protocol'
import { RefusedError } from '@rocketmq-ts/base'
import type { Channel, RemotingRequest, RequestHandler } from '@rocketmq-ts/remoting'

export interface Asked {
  readonly code: number
  readonly extFields?: Record<string, string> | null
  readonly body?: Buffer | string | null
  readonly version?: number
  readonly serializeType?: SerializeType
  readonly isOneway?: boolean
  readonly channel?: Channel
}

export const channelOf = (id: number, remoteAddress = '127.0.0.1:55526'): Channel => ({
  id,
  remoteAddress,
  remoteHost: Buffer.from('7f0000010000d8e6', 'hex'),
  isOpen: true,
  sendOneway: () => true,
  invoke: () => Promise.reject(new Error('nobody there')),
  close: () => undefined,
})

/** A request on a connection that is not there, with what was answered. */
export class AskedRequest implements RemotingRequest {
  readonly channel: Channel
  command: IncomingCommand
  isRetained = false
  private readonly answers: OutgoingResponse[] = []

  constructor(asked: Asked) {
    const command = RemotingCommand.request(asked.code, asked.extFields ?? null)
    command.body = typeof asked.body === 'string' ? Buffer.from(asked.body) : (asked.body ?? null)
    command.version = asked.version ?? 501
    command.opaque = 7
    if (asked.isOneway === true) command.flag |= CommandFlag.ONEWAY
    this.command = IncomingCommand.read(encodeFrame(command, asked.serializeType ?? SerializeType.JSON))
    this.channel = asked.channel ?? channelOf(1)
  }

  retain(): void {
    this.isRetained = true
  }

  reply(response: OutgoingResponse): void {
    this.answers.push(response)
  }

  fail(error: unknown): void {
    if (!(error instanceof RefusedError)) throw error

    this.reply(RemotingResponse.refusal(error.responseCode, error.message))
  }

  get answerCount(): number {
    return this.answers.length
  }

  /** What the peer would read; releases the response. */
  answer(): RemotingCommand {
    const [response, ...more] = this.answers
    if (response === undefined || more.length > 0) throw new Error(`${this.answers.length} answers`)
    const { serializeType, opaque } = this.command
    const head = Buffer.alloc(response.headBytesMax())
    const end = response.writeHead(head, 0, opaque, serializeType)
    const frame = Buffer.concat([head.subarray(0, end), ...response.bodyParts])
    response.release()
    return decodeFrame(frame)
  }
}

/** Hands a request to a handler as a server does. */
export function send(handler: RequestHandler, asked: Asked): AskedRequest {
  const request = new AskedRequest(asked)
  try {
    handler(request)
  } catch (error) {
    request.fail(error)
  }
  return request
}

/** The answer to a request that is answered at once, or after some promises. */
export async function ask(handler: RequestHandler, asked: Asked): Promise<RemotingCommand> {
  const request = send(handler, asked)
  for (let turn = 0; turn < 20 && request.answerCount === 0; turn += 1) await Promise.resolve()
  return request.answer()
}

/** For rooms in which nobody has lite topics. */
export const noLiteTopics = {
  acknowledge: (): never => {
    throw new Error('an acknowledgement for a lite topic')
  },
  changeInvisibleTime: (): never => {
    throw new Error('a receipt of a lite topic')
  },
}
