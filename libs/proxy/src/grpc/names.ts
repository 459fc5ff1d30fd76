import { v2 } from '@rocketmq-ts/protocol/grpc'
import type { Queue } from '../messaging/queues'
import { InvalidRequestError } from './status'

type Named = { readonly name?: string | null } | null | undefined

const TOPIC_CHARS_MAX = 127
const GROUP_CHARS_MAX = 120
const LEGAL = /^[%|a-zA-Z0-9_-]+$/
const SYSTEM_GROUP_PREFIX = 'CID_RMQ_SYS_'
const SYSTEM_TOPIC_PREFIX = 'rmq_sys_'

/** Source: common/topic/TopicValidator.java */
const systemTopics: ReadonlySet<string> = new Set([
  'TBW102',
  'SCHEDULE_TOPIC_XXXX',
  'BenchmarkTest',
  'RMQ_SYS_TRANS_HALF_TOPIC',
  'RMQ_SYS_TRANS_OP_HALF_TOPIC',
  'RMQ_SYS_ROCKSDB_TRANS_HALF_TOPIC',
  'RMQ_SYS_ROCKSDB_TRANS_OP_HALF_TOPIC',
  'RMQ_SYS_TRACE_TOPIC',
  'TRANS_CHECK_MAX_TIME_TOPIC',
  'SELF_TEST_TOPIC',
  'OFFSET_MOVED_EVENT',
  'CHECKPOINT_TOPIC',
])

export function isSystemTopic(name: string): boolean {
  return systemTopics.has(name) || name.startsWith(SYSTEM_TOPIC_PREFIX)
}

export function isSystemGroup(name: string): boolean {
  return name.startsWith(SYSTEM_GROUP_PREFIX)
}

/** The name of a topic that clients may use. Throws InvalidRequestError. Source: proxy/grpc/v2/common/GrpcValidator.java */
export function requireTopic(topic: Named): string {
  const name = requireLegal(topic, { what: 'topic', charsMax: TOPIC_CHARS_MAX, code: v2.Code.ILLEGAL_TOPIC })
  if (isSystemTopic(name)) {
    throw new InvalidRequestError(v2.Code.ILLEGAL_TOPIC, `cannot access system topic ${name}`)
  }
  return name
}

/** The name of a consumer group that clients may use. Throws InvalidRequestError. */
export function requireGroup(group: Named): string {
  const code = v2.Code.ILLEGAL_CONSUMER_GROUP
  const name = requireLegal(group, { what: 'group', charsMax: GROUP_CHARS_MAX, code })
  if (isSystemGroup(name)) throw new InvalidRequestError(code, `cannot access system group ${name}`)
  return name
}

const PORT_MAX = 65_535

/** How the client came here; it may keep silent about it. Throws InvalidRequestError. */
export function requireEndpoints(endpoints: v2.Endpoints.$Properties | null | undefined): void {
  if (endpoints === null || endpoints === undefined) return
  const { addresses = [], scheme } = endpoints
  const isPort = (port: number): boolean => port > 0 && port <= PORT_MAX
  const isFine = (addresses ?? []).every(({ host, port }) => (host ?? '').trim() !== '' && isPort(port ?? 0))
  if (isFine && (addresses ?? []).length > 0 && v2.AddressScheme[scheme ?? 0] !== undefined) return
  const text = 'endpoints need an address, each with a host and a port from 1 to 65535'
  throw new InvalidRequestError(v2.Code.ILLEGAL_ACCESS_POINT, text)
}

const LEGAL_LITE = /^[a-zA-Z0-9_-]+$/

/** The name of a lite topic. Throws InvalidRequestError. */
export function requireLiteTopic(name: string, { maxLiteTopicSize }: { readonly maxLiteTopicSize: number }): string {
  const refuse = (text: string): never => {
    throw new InvalidRequestError(v2.Code.ILLEGAL_LITE_TOPIC, text)
  }
  if (name.trim() === '') return refuse('lite topic cannot be the char sequence of whitespace')
  if (Buffer.byteLength(name) > maxLiteTopicSize) return refuse(`lite topic exceed the max size ${maxLiteTopicSize}`)
  if (!LEGAL_LITE.test(name)) return refuse(`lite topic has illegal characters, allowing only ${LEGAL_LITE.source}`)
  return name
}

/** One queue of a topic that clients may use. Throws InvalidRequestError. */
export function requireQueue(queue: v2.MessageQueue.$Properties | null | undefined): Queue {
  return { topic: requireTopic(queue?.topic), brokerName: queue?.broker?.name ?? '', queueId: queue?.id ?? 0 }
}

/** An offset in a queue. Throws InvalidRequestError. */
export function requireOffset(offset: number): number {
  if (offset >= 0) return offset
  throw new InvalidRequestError(v2.Code.ILLEGAL_OFFSET, `offset ${offset} is none: they begin at 0`)
}

function requireLegal(
  named: Named,
  { what, charsMax, code }: { readonly what: string; readonly charsMax: number; readonly code: v2.Code },
): string {
  const name = named?.name ?? ''
  if (name.trim() === '') throw new InvalidRequestError(code, `The specified ${what} is blank`)
  if (!LEGAL.test(name)) {
    const text = `The specified ${what}[${name.slice(0, charsMax)}] contains illegal characters, allowing only ${LEGAL.source}`
    throw new InvalidRequestError(code, text)
  }
  if (name.length > charsMax) {
    throw new InvalidRequestError(code, `The specified ${what} is longer than ${charsMax} characters`)
  }
  return name
}
