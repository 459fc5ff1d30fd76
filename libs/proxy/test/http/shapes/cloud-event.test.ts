import * as fc from 'fast-check'
import { systemClock } from '@rocketmq-ts/base'
import { encodeProperties, encodeStoredMessage, parseProperties, readStoredMessage } from '@rocketmq-ts/protocol'
import { toClientMessage } from '../../../src/grpc/messages/to-client-message'
import { bytesOf, messageToSend } from '../../../src/http/message-to-send'
import { cloudEventShape, eventOfMessage, messageOfEvent } from '../../../src/http/shapes/cloud-event'
import type { CloudEvent } from '../../../src/http/shapes/cloud-event'
import { receivedOf } from '../../../src/http/shapes/received-message'
import { UniqueIds } from '../../../src/messaging/unique-ids'
import { proxyConfigSchema } from '../../../src/proxy-config'

const deps = { clock: systemClock, config: proxyConfigSchema.parse({}), uniqueIds: new UniqueIds(systemClock) }

/** Through all that a message goes through between a producer and a consumer. */
async function sentAndReceived(event: CloudEvent): Promise<CloudEvent> {
  const input = messageOfEvent(event, { isOrdered: false })
  const { topic, body, properties } = messageToSend(
    input,
    bytesOf(input),
    { topic: 't', bornHost: '127.0.0.1:1' },
    deps,
  )
  const host = Buffer.alloc(8)
  const record = encodeStoredMessage(
    {
      ...{ topic, body, queueId: 0, flag: 0, sysFlag: 0, bornTimestamp: 1, bornHost: host, reconsumeTimes: 0 },
      ...{ preparedTransactionOffset: 0, properties: encodeProperties(properties) },
    },
    { queueOffset: 0, physicalOffset: 0, storeTimestamp: 2, storeHost: host },
  )
  const stored = readStoredMessage(record, 0)
  const message = await toClientMessage({ ...stored, parsedProperties: parseProperties(stored.properties) }, null)
  return eventOfMessage(receivedOf(message, { namespace: '' }))
}

const printable = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(text => !/\p{Cc}/u.test(text))
const extensionName = fc.stringMatching(/^x[a-z0-9]{1,10}$/)
const json = fc.jsonValue()
const payload = fc.oneof(
  json.map(data => ({ data })),
  json.map(data => ({ data, datacontenttype: 'application/vnd.x+json; charset=utf-8' })),
  printable.map(data => ({ data, datacontenttype: 'text/plain' })),
  fc.uint8Array({ minLength: 1 }).map(bytes => ({
    data_base64: Buffer.from(bytes).toString('base64'),
    datacontenttype: 'application/octet-stream',
  })),
)
const event = fc
  .tuple(
    fc.record({ specversion: fc.constant('1.0' as const), id: printable, source: printable, type: printable }),
    fc.record(
      { subject: printable, dataschema: printable, time: fc.constant('2026-01-31T12:00:00.123456Z') },
      { requiredKeys: [] },
    ),
    fc.dictionary(extensionName, printable, { maxKeys: 4 }),
    payload,
  )
  .map(([required, optional, extensions, data]): CloudEvent => ({ ...extensions, ...required, ...optional, ...data }))

test('an event is the same after it was sent and received', async () => {
  await fc.assert(
    fc.asyncProperty(event, async sent => {
      expect(cloudEventShape.parse(sent)).toEqual(sent)
      const { rmqmessageid: messageId, rmqattempt: attempt, ...received } = await sentAndReceived(sent)
      expect(JSON.parse(JSON.stringify(received))).toEqual(JSON.parse(JSON.stringify(sent)))
      expect(messageId).toMatch(/^01[0-9A-F]{32}$/)
      expect(attempt).toBe(1)
    }),
  )
})

test('its id is a key that it is found by, and its partitionkey orders it on a topic that has an order', () => {
  const sent: CloudEvent = { specversion: '1.0', id: 'a-1', source: '/s', type: 't', partitionkey: 'anna', data: 1 }
  expect(messageOfEvent(sent, { isOrdered: true })).toMatchObject({ keys: ['a-1'], group: 'anna', body: '1' })
  expect(messageOfEvent(sent, { isOrdered: false })).not.toHaveProperty('group')
  expect(messageOfEvent({ ...sent, id: 'a 1' }, { isOrdered: false })).not.toHaveProperty('keys')
})

test('a message that was sent as none is an event of its id and topic', () => {
  const sent = {
    ...{ topic: { name: 'shop%Orders' }, body: Buffer.from('one coffee'), userProperties: { colour: 'red' } },
    systemProperties: { messageId: 'ID', tag: 'drinks', receiptHandle: 'handle' },
  }
  const message = receivedOf(sent, { namespace: 'shop' })
  expect(eventOfMessage(message)).toMatchObject({
    ...{ specversion: '1.0', id: 'ID', source: '/topics/Orders', type: 'org.apache.rocketmq.message' },
    ...{ rmqtag: 'drinks', rmqreceipthandle: 'handle', data_base64: Buffer.from('one coffee').toString('base64') },
  })
})

const whole = { specversion: '1.0', id: '1', source: '/s', type: 't' }

test.each([
  ['no id', { ...whole, id: undefined }],
  ['an empty source', { ...whole, source: '' }],
  ['no type', { ...whole, type: undefined }],
  ['another version', { ...whole, specversion: '0.3' }],
  ['a time that is none', { ...whole, time: 'noon' }],
  ['an attribute whose name none may have', { ...whole, 'Not-A-Name': 'x' }],
  ['an attribute that is an object', { ...whole, x: {} }],
  ['data twice', { ...whole, data: 1, data_base64: 'MQ==' }],
])('an event with %s is none', (_what, given) => {
  expect(cloudEventShape.safeParse(whole).success).toBe(true)
  expect(cloudEventShape.safeParse(given).success).toBe(false)
})
