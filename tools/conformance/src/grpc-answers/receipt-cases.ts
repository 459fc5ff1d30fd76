import { durationOfMs } from '@rocketmq-ts/protocol/grpc'
import type { AnswerCase } from './answer-case'
import { handleOf, receiveRequest } from './asked-proxy'
import type { AskedProxy } from './asked-proxy'
import { consumerOf, send } from './receive-cases'
import { message } from './send-cases'

/** A message in the hands of a consumer. */
type Held = Awaited<ReturnType<typeof held>>

async function held(proxy: AskedProxy) {
  const { topic, group, client } = await consumerOf(proxy)
  await send(proxy, [message(topic)])
  const receiptHandle = handleOf(await proxy.receive(client, receiveRequest(topic, group))) ?? ''
  const names = { topic: { name: topic }, group: { name: group } }
  return { proxy, client, receiptHandle, names, request: receiveRequest(topic, group) }
}

const ack = ({ proxy, client, names }: Held, ...handles: string[]): Promise<unknown> =>
  proxy.ask(
    'AckMessage',
    { ...names, entries: handles.map(receiptHandle => ({ messageId: 'ID', receiptHandle })) },
    { client },
  )

const change = ({ proxy, client, names }: Held, receiptHandle: string, ms: number): Promise<unknown> =>
  proxy.ask(
    'ChangeInvisibleDuration',
    { ...names, receiptHandle, messageId: 'ID', invisibleDuration: durationOfMs(ms) },
    { client },
  )

const forward = ({ proxy, client, names }: Held, receiptHandle: string): Promise<unknown> =>
  proxy.ask(
    'ForwardMessageToDeadLetterQueue',
    { ...names, receiptHandle, messageId: 'ID', deliveryAttempt: 1, maxDeliveryAttempts: 1 },
    { client },
  )

/** The same handle, with another value in this place. */
function withField(handle: string, index: number, value: string): string {
  return handle
    .split(' ')
    .map((field, at) => (at === index ? value : field))
    .join(' ')
}

const GARBAGE = 'what is no handle is the fault of who sent it; Java takes it for its own'
const POP_TIME = 1
const BROKER_NAME = 5
const HOUR_MS = 3_600_000
const expired = (handle: string): string => withField(handle, POP_TIME, String(Date.now() - HOUR_MS))
const elsewhere = (handle: string): string => withField(handle, BROKER_NAME, 'nobody-knows')

function holding(name: string, ask: (given: Held) => Promise<unknown>, differs?: string): AnswerCase {
  return { name, ask: async proxy => await ask(await held(proxy)), ...(differs === undefined ? {} : { differs }) }
}

const acknowledging: readonly AnswerCase[] = [
  holding('acknowledging a message, twice', async given => [
    await ack(given, given.receiptHandle),
    await ack(given, given.receiptHandle),
  ]),
  holding('acknowledging nothing', given => ack(given)),
  holding('acknowledging what is no handle', given => ack(given, 'garbage'), GARBAGE),
  holding('acknowledging with a handle of an hour ago', given => ack(given, expired(given.receiptHandle))),
  holding('acknowledging at a broker that nobody knows', given => ack(given, elsewhere(given.receiptHandle))),
  holding('acknowledging one message and one that was taken away', given =>
    ack(given, given.receiptHandle, expired(given.receiptHandle)),
  ),
]

const changing: readonly AnswerCase[] = [
  holding('hiding a message for longer', given => change(given, given.receiptHandle, 20_000)),
  holding('hiding a message for two seconds, and what then comes', async given => [
    await change(given, given.receiptHandle, 2000),
    await given.proxy.receive(given.client, given.request),
  ]),
  holding('hiding a message for no time', given => change(given, given.receiptHandle, 0)),
  holding('hiding a message for too long', given => change(given, given.receiptHandle, 13 * HOUR_MS)),
  holding('hiding a message by what is no handle', given => change(given, 'garbage', 20_000), GARBAGE),
  holding('hiding a message by a handle of an hour ago', given => change(given, expired(given.receiptHandle), 20_000)),
  holding('hiding a message of a broker that nobody knows', given =>
    change(given, elsewhere(given.receiptHandle), 20_000),
  ),
]

const DONE = 'a success is called OK; Java calls it 0'

const forwarding: readonly AnswerCase[] = [
  holding(
    'giving a message up, twice',
    async given => [await forward(given, given.receiptHandle), await forward(given, given.receiptHandle)],
    DONE,
  ),
  holding('giving up what is no handle', given => forward(given, 'garbage'), GARBAGE),
  holding(
    'giving a message up by a handle of an hour ago',
    given => forward(given, expired(given.receiptHandle)),
    DONE,
  ),
]

export const receiptCases: readonly AnswerCase[] = [...acknowledging, ...changing, ...forwarding]
