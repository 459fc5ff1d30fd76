import * as protocol from '../../src'
import { decodeFrame, IncomingCommand } from '../../src'
import golden from '../golden/headers.json'

type Header = Record<string, unknown>
type Golden = (typeof golden)[number]

/** Our names of fields where they are not Java's. */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  SendMessageRequestHeader: { bname: 'brokerName' },
  SendMessageRequestHeaderV2: {
    ...{ a: 'producerGroup', b: 'topic', c: 'defaultTopic', d: 'defaultTopicQueueNums', e: 'queueId', f: 'sysFlag' },
    ...{ g: 'bornTimestamp', h: 'flag', i: 'properties', j: 'reconsumeTimes', k: 'unitMode', l: 'maxReconsumeTimes' },
    ...{ m: 'batch', n: 'brokerName' },
  },
}
/** Fields that every header has and nobody reads. */
const EXTRA = ['_UNIQUE_KEY_QUERY', '__ZONE_NAME', 'zoneMode', 'zoneName'] // in no header class: hooks add them
const INHERITED = ['ns', 'nsd', 'oway', 'bname', 'lo']

function readerName(className: string): string {
  const name = className
    .replace(/(Request)?Header(V2)?$/, '')
    .replace('KV', 'Kv')
    .replace('UnRegister', 'Unregister')
    .replace('DirectlyResult', 'Directly')
  return `read${name}Header`
}

function readerOf(className: string): (command: IncomingCommand) => Header {
  const reader = (protocol as unknown as Record<string, ((command: IncomingCommand) => Header) | undefined>)[
    readerName(className)
  ]
  if (reader === undefined) throw new Error(`no ${readerName(className)}`)
  return reader
}

function shown(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString() : String(value)
}

const frames = golden.flatMap(header => [
  [header.class, 'JSON', header.json, header] as const,
  [header.class, 'binary', header.binary, header] as const,
])
const requests = frames.filter(([name]) => !name.endsWith('ResponseHeader'))
const responses = frames.filter(([name]) => name.endsWith('ResponseHeader'))

/** In binary form Java writes only the fields of its own form, and a code of the response kind reads back as a request. */
function ownFields(header: Golden): [string, string][] {
  return Object.entries(header.fields as Record<string, string>).filter(
    ([name]) => !INHERITED.includes(name) || renamed[header.class]?.[name] !== undefined || name === 'lo',
  )
}

test.each(requests)('%s of a %s frame has every field that Java wrote', (name, _, frame, golden) => {
  const header = readerOf(name)(IncomingCommand.read(Buffer.from(frame, 'hex')))
  for (const [field, text] of ownFields(golden)) {
    const ours = renamed[name]?.[field] ?? field
    if (field === 'lo' && !(field in header)) continue
    expect({ field, value: shown(header[ours]) }).toEqual({ field, value: text })
  }
  const expected = ownFields(golden).map(([field]) => renamed[name]?.[field] ?? field)
  const unknown = Object.keys(header).filter(field => !expected.includes(field) && !EXTRA.includes(field))
  expect(unknown).toEqual([])
})

test.each(responses)('%s of a %s frame reads back', (_, __, frame, golden) => {
  expect(decodeFrame(Buffer.from(frame, 'hex')).extFields).toEqual(golden.fields)
})
