import * as zlib from 'node:zlib'
import { MqVersion } from '../codes/mq-version'
import { FRAME_BYTES_MAX } from '../frame/frame-layout'
import { parseFastJson } from '../fastjson/parse-fast-json'
import { writeFastJson } from '../fastjson/write-fast-json'
import { dataVersionJson } from './data-version'
import { bean, list, text, InvalidBodyError, type ValueOf } from './json-codec'
import { topicConfigJson, type TopicConfig } from './topic-config'
import { topicConfigAndMappingTableJson } from './topic-config-table'
import { topicQueueMappingInfoJson, type TopicQueueMappingInfo } from './topic-queue-mapping'

/** REGISTER_BROKER, not compressed. Source: remoting/protocol/body/RegisterBrokerBody.java. */
export const registerBrokerBodyJson = bean({
  filterServerList: list(text),
  topicConfigSerializeWrapper: topicConfigAndMappingTableJson,
})
export type RegisterBrokerBody = ValueOf<typeof registerBrokerBodyJson>

/** What a compressed body may unpack to: a small frame must not become a large memory. */
const INFLATED_BYTES_MAX = 4 * FRAME_BYTES_MAX

/**
 * The compressed form is one zlib stream. Every part has its length as int32 before it:
 *
 *   DataVersion JSON, count of topics, topics as text, filter servers JSON, [count of mappings, mappings JSON: from 5.0 on]
 *
 * A topic's text is `name read write perm filterType attributesJson`: `order` and `topicSysFlag` are lost.
 */
export function decodeRegisterBrokerBody(
  bytes: Buffer | null,
  how: { readonly compressed: boolean; readonly version: number },
): RegisterBrokerBody {
  if (!how.compressed) return registerBrokerBodyJson.decode(bytes)
  const parts = new LengthPrefixedReader(inflate(bytes))
  const dataVersion = dataVersionJson.decode(parts.next())
  const topicConfigTable = new Map<string, TopicConfig>()
  for (let rest = parts.count(); rest > 0; rest -= 1) {
    const config = decodeTopicText(parts.next().toString())
    topicConfigTable.set(config.topicName, config)
  }
  const filterServerList = list(text).read(parseFastJson(parts.next()), 'filterServerList')
  const topicQueueMappingInfoMap = new Map<string, TopicQueueMappingInfo>()
  for (let rest = how.version >= MqVersion.V5_0_0 ? parts.count() : 0; rest > 0; rest -= 1) {
    const info = topicQueueMappingInfoJson.decode(parts.next())
    topicQueueMappingInfoMap.set(info.topic ?? '', info)
  }
  const nothing = topicConfigAndMappingTableJson.read({}, '')
  return {
    filterServerList,
    topicConfigSerializeWrapper: { ...nothing, dataVersion, topicConfigTable, topicQueueMappingInfoMap },
  }
}

export function encodeCompressedRegisterBrokerBody(body: RegisterBrokerBody): Buffer {
  const { dataVersion, topicConfigTable, topicQueueMappingInfoMap } = body.topicConfigSerializeWrapper
  const topics = [...topicConfigTable.values()].map(config => prefixed(Buffer.from(encodeTopicText(config))))
  const mappings = [...topicQueueMappingInfoMap.values()].map(info => prefixed(topicQueueMappingInfoJson.encode(info)))
  const parts = [
    prefixed(dataVersionJson.encode(dataVersion)),
    int32(topics.length),
    ...topics,
    prefixed(Buffer.from(writeFastJson(body.filterServerList))),
    int32(mappings.length),
    ...mappings,
  ]
  return zlib.deflateSync(Buffer.concat(parts), { level: 9 })
}

function inflate(bytes: Buffer | null): Buffer {
  try {
    return zlib.inflateSync(bytes ?? Buffer.alloc(0), { maxOutputLength: INFLATED_BYTES_MAX })
  } catch (cause) {
    throw new InvalidBodyError(`the registration does not inflate: ${(cause as Error).message}`, { cause })
  }
}

function decodeTopicText(topic: string): TopicConfig {
  const [topicName, read, write, perm, topicFilterType, attributes] = topic.split(' ')
  if (topicFilterType === undefined) throw new InvalidBodyError(`"${topic.slice(0, 100)}" is no topic`)
  return topicConfigJson.read(
    {
      topicName,
      readQueueNums: read,
      writeQueueNums: write,
      perm,
      topicFilterType,
      attributes: attributesOf(attributes),
    },
    'topic',
  )
}

/** Java ignores attributes that it cannot read: their values may hold a blank, at which the text was cut. */
function attributesOf(json: string | undefined): unknown {
  try {
    return json === undefined ? null : parseFastJson(json)
  } catch {
    return null
  }
}

function encodeTopicText(config: TopicConfig): string {
  const { topicName, readQueueNums, writeQueueNums, perm, topicFilterType, attributes } = config
  return `${topicName} ${readQueueNums} ${writeQueueNums} ${perm} ${topicFilterType} ${writeFastJson(attributes)}`
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function prefixed(part: Buffer): Buffer {
  return Buffer.concat([int32(part.length), part])
}

class LengthPrefixedReader {
  private at = 0

  constructor(private readonly bytes: Buffer) {}

  count(): number {
    if (this.at + 4 > this.bytes.length) throw new InvalidBodyError('the registration ends too early')
    this.at += 4
    return this.bytes.readInt32BE(this.at - 4)
  }

  next(): Buffer {
    const length = this.count()
    if (length < 0 || length > this.bytes.length - this.at) {
      throw new InvalidBodyError(`a part of ${length} bytes in the registration`)
    }
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }
}
