import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import type { MessageInput } from './message-input'
import type { Received } from './received-message'

/**
 * Events of CloudEvents 1.0 as messages, and back: each attribute is a property `ce-NAME`, the id also a key, the content
 * type of the data that of the message, the partitionkey on a FIFO topic also its group, the data its body.
 */
const PROPERTY_PREFIX = 'ce-'
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/
const NAME = /^[a-z0-9]{1,64}$/
const JSON_TYPE = /^application\/json\b|\+json\b/i
const TEXT_TYPE = /^text\/|[/+]xml\b/i
const SPEC_VERSION = '1.0'

const text = z.string().min(1)
const coreAttributes = {
  specversion: z.literal(SPEC_VERSION),
  id: text,
  source: text,
  type: text,
  subject: text.optional(),
  time: z.iso.datetime({ offset: true }).optional(),
  dataschema: text.optional(),
  datacontenttype: text.optional(),
}

/** An event in the JSON format. */
export const cloudEventShape = z
  .object({ ...coreAttributes, data: z.unknown().optional(), data_base64: z.string().regex(BASE64).optional() })
  .catchall(z.unknown())
  .refine(event => Object.keys(event).every(isName), 'names of attributes are of a to z and 0 to 9')
  .refine(
    event => Object.entries(event).every(([name, value]) => name === 'data' || isAttribute(value)),
    'attributes are text, whole numbers, true, false or null',
  )
  .refine(({ data, data_base64 }) => data === undefined || data_base64 === undefined, 'data or data_base64, not both')
export type CloudEvent = z.infer<typeof cloudEventShape>

function isName(name: string): boolean {
  return name === 'data_base64' || NAME.test(name)
}

function isAttribute(value: unknown): boolean {
  const isPlain = typeof value === 'string' || typeof value === 'boolean' || value === null || value === undefined
  return isPlain || Number.isInteger(value)
}

/** The message of an event; its body too, unless that came beside it. */
export function messageOfEvent(event: CloudEvent, { isOrdered }: { readonly isOrdered: boolean }): MessageInput {
  const { data, data_base64: base64, datacontenttype: contentType, ...named } = event
  const properties = Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[PROPERTY_PREFIX + name, textOf(value)]],
    ),
  )
  const partitionKey = named['partitionkey']
  return {
    properties,
    ...(data === undefined ? {} : { body: bodyOf(data, contentType) }),
    ...(base64 === undefined ? {} : { bodyBase64: base64 }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(/\s/.test(event.id) ? {} : { keys: [event.id] }), // keys are told apart by blanks
    ...(isOrdered && typeof partitionKey === 'string' ? { group: partitionKey } : {}),
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Without a content type it is JSON. */
function bodyOf(data: unknown, contentType = 'application/json'): string {
  return typeof data === 'string' && !JSON_TYPE.test(contentType) ? data : JSON.stringify(data)
}

const MESSAGE_TYPE = 'org.apache.rocketmq.message'

/** A message as an event; one that was sent as none is made one, of its id and its topic. */
export function eventOfMessage(message: Received): CloudEvent {
  const { properties, messageId, topic, receiptHandle, deliveryAttempt, contentType, group, tag } = message
  const named = Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => name.startsWith(PROPERTY_PREFIX) && NAME.test(name.slice(PROPERTY_PREFIX.length)))
      .map(([name, value]) => [name.slice(PROPERTY_PREFIX.length), value]),
  )
  return {
    ...{ id: messageId, source: `/topics/${topic}`, type: MESSAGE_TYPE, time: message.bornAt },
    ...(named['id'] === undefined ? {} : { time: undefined }), // of an event that has none nothing is known
    ...named,
    specversion: SPEC_VERSION,
    ...(contentType === undefined ? {} : { datacontenttype: contentType }),
    ...(group === undefined ? {} : { partitionkey: group }),
    ...(tag === undefined ? {} : { rmqtag: tag }),
    ...(receiptHandle === undefined ? {} : { rmqreceipthandle: receiptHandle }),
    ...{ rmqmessageid: messageId, rmqattempt: deliveryAttempt },
    ...dataOf(message),
  }
}

function dataOf({ body, bodyBase64, contentType }: Received): Pick<CloudEvent, 'data' | 'data_base64'> {
  const bytes = bodyBase64 === undefined ? Buffer.from(body ?? '') : Buffer.from(bodyBase64, 'base64')
  if (bytes.length === 0) return {}
  if (contentType !== undefined && TEXT_TYPE.test(contentType) && isUtf8(bytes)) return { data: bytes.toString() }
  const isJson = contentType === undefined || JSON_TYPE.test(contentType)
  const parsed = isJson ? parsedJson(bytes.toString()) : undefined
  return parsed === undefined ? { data_base64: bytes.toString('base64') } : { data: parsed }
}

/** Undefined for what is no JSON. */
function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
