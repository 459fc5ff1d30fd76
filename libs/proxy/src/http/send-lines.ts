import type { Readable } from 'node:stream'
import { RocketmqError } from '@rocketmq-ts/base'
import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { MessageToSend } from '../messaging/message-to-send'
import type { HttpRooms, HttpRoutes } from './http-rooms'
import { LineSplitter } from './line-splitter'
import type { Line } from './line-splitter'
import { bytesOf, messageToSend } from './message-to-send'
import type { Origin } from './message-to-send'
import { problemOf, problemOfCode } from './problems'
import { sendInBatches } from './send-in-batches'
import type { Outcome } from './send-in-batches'
import { messageInput } from './shapes/message-input'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it comes, when it is a line for each message. */
    lines: Readable | null
  }
}

export const LINES_CONTENT_TYPE = 'application/x-ndjson'

/** Bodies without an end: they are read while they are answered. */
export function readLines(app: HttpRoutes): void {
  app.decorateRequest('lines', null)
  app.addContentTypeParser(LINES_CONTENT_TYPE, (request, payload, done) => {
    request.lines = payload
    done(null, {}) // what is checked before the handler runs is each line, in it
  })
}

type Deps = Pick<HttpRooms, 'clock' | 'config' | 'messaging' | 'uniqueIds'>

/**
 * Sends the message of each line, and says line by line what became of it. The lines that came together leave together; the
 * next are read when what became of these was taken, so that no more than that is in memory.
 */
export async function* sendLines(lines: Readable, origin: Origin, deps: Deps): AsyncGenerator<string> {
  const splitter = new LineSplitter(deps.config.httpBodyBytesMax)
  for await (const chunk of lines) {
    const answers = await sendTogether(splitter.push(chunk as Buffer), origin, deps)
    if (answers !== '') yield answers
  }
  const answers = await sendTogether(splitter.end(), origin, deps)
  if (answers !== '') yield answers
}

async function sendTogether(lines: readonly Line[], origin: Origin, deps: Deps): Promise<string> {
  const read = lines
    .filter(({ bytes }) => bytes === null || bytes.some(isNoSpace))
    .map(line => messageIn(line, origin, deps))
  const messages = read.flatMap(({ outcome }) => ('message' in outcome ? [outcome.message] : []))
  const sent = (await sendInBatches(messages, deps)).values()
  const answers = read.map(({ line, outcome }) => {
    const answer = 'message' in outcome ? sent.next().value : outcome
    return `${JSON.stringify({ line, ...answer })}\n`
  })
  return answers.join('')
}

interface ReadLine {
  readonly line: number
  readonly outcome: Outcome | { readonly message: MessageToSend }
}

function messageIn({ number: line, bytes }: Line, origin: Origin, deps: Deps): ReadLine {
  if (bytes === null) {
    const detail = `the line is longer than ${deps.config.httpBodyBytesMax} bytes`
    return { line, outcome: { problem: problemOfCode(v2.Code.PAYLOAD_TOO_LARGE, detail) } }
  }
  try {
    const { data, error } = messageInput.safeParse(JSON.parse(bytes.toString()))
    if (data !== undefined) return { line, outcome: { message: messageToSend(data, bytesOf(data), origin, deps) } }
    const entries = error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, detail: message }))
    return { line, outcome: { problem: { ...problemOfCode(v2.Code.BAD_REQUEST, 'the line is no message'), entries } } }
  } catch (error) {
    if (error instanceof RocketmqError) return { line, outcome: { problem: problemOf(error) } }
    if (!(error instanceof SyntaxError)) throw error
    return { line, outcome: { problem: problemOfCode(v2.Code.BAD_REQUEST, `the line is no JSON: ${error.message}`) } }
  }
}

/** Lines of nothing but blanks are none. */
function isNoSpace(byte: number): boolean {
  return byte > 0x20
}
