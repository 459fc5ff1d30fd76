import * as zlib from 'node:zlib'
import { RequestCode } from '@rocketmq-ts/protocol'
import * as fc from 'fast-check'
import type { Answer, AskingConnection, Question } from '../support/asking-connection'
import { useNamesrvs } from '../support/namesrvs'
import { brokerFields, registration, registrationBody } from '../support/registrations'

const startNamesrv = useNamesrvs()
const broker = { brokerName: 'ba', brokerAddr: '127.0.0.1:1001' }
const register = (body: string | Buffer, fields: Readonly<Record<string, string>> = {}): Question => ({
  code: RequestCode.REGISTER_BROKER,
  extFields: { ...brokerFields(broker), ...fields },
  body,
})
const headOf = ({ header }: Answer) => JSON.parse(header) as { readonly code: number; readonly remark?: string }
const clusters = async (connection: AskingConnection): Promise<string | null> =>
  (await connection.ask({ code: RequestCode.GET_BROKER_CLUSTER_INFO })).body

test.each([
  ['a body that is no JSON', register('{"x":'), 'JSON'],
  ['a body of another type', register('[1,2]'), 'not an object'],
  ['topics of another type', register('{"topicConfigSerializeWrapper":{"topicConfigTable":[1]}}'), 'topicConfigTable'],
  [
    'a topic of another type',
    register('{"topicConfigSerializeWrapper":{"topicConfigTable":{"T":7}}}'),
    'topicConfigTable.T',
  ],
  [
    'a queue count that is no int',
    registration(broker, { topics: [{ topicName: 'T', readQueueNums: 1e300 }, 'T2'] }),
    'readQueueNums is not an int32',
  ],
  ['a negative permission', registration(broker, { topics: [{ topicName: 'T', perm: -1 }, 'T2'] }), 'perm -1'],
  ['a topic without a name', registration(broker, { topics: [{ topicName: '' }, 'T2'] }), 'without a name'],
  [
    'an address that nobody can call',
    register(registrationBody({ topics: ['T', 'T2'] }), { brokerAddr: 'a,b' }),
    'not host:port',
  ],
  ['a broker without a name', register(registrationBody({ topics: ['T', 'T2'] }), { brokerName: '' }), 'brokerName'],
  ['a broker id that is no number', register(registrationBody({ topics: ['T', 'T2'] }), { brokerId: 'x' }), 'brokerId'],
  [
    'a compressed body that is cut off',
    register(zlib.deflateSync(Buffer.alloc(999)).subarray(0, 9), { compressed: 'true' }),
    'inflate',
  ],
  ['a zlib bomb', register(zlib.deflateSync(Buffer.alloc(80 * 1024 * 1024)), { compressed: 'true' }), 'inflate'],
  ['lengths beyond the body', register(zlib.deflateSync(Buffer.alloc(8, 0x7f)), { compressed: 'true' }), 'part of'],
  [
    'a count of topics beyond the body',
    register(compressedWithCount(0x7fff_ffff), { compressed: 'true' }),
    'too early',
  ],
])('a registration with %s is refused with the reason, and changes nothing', async (_, question, reason) => {
  const { connect } = await startNamesrv()
  const connection = await connect()
  const before = await clusters(connection)
  const head = headOf(await connection.ask(question))
  expect(head.code).toBe(1)
  expect(head.remark).toContain(reason)
  expect(await clusters(connection)).toBe(before)
})

function compressedWithCount(count: number): Buffer {
  const version = Buffer.from('{"counter":1,"stateVersion":0,"timestamp":1}')
  const parts = [Buffer.alloc(4), version, Buffer.alloc(4)]
  parts[0]!.writeInt32BE(version.length)
  parts[2]!.writeInt32BE(count)
  return zlib.deflateSync(Buffer.concat(parts))
}

test('whatever stands in a registration, the NameServer answers it and serves on', async () => {
  const { connect } = await startNamesrv()
  const connection = await connect()
  const odd = fc.oneof(fc.json(), fc.constant(registrationBody({ topics: ['T', 'U'] })), fc.string())
  await fc.assert(
    fc.asyncProperty(odd, fc.dictionary(fc.string(), fc.string()), fc.nat(999), async (body, fields, version) => {
      const answer = await connection.ask({ ...register(body, fields), version })
      expect([0, 1]).toContain(headOf(answer).code)
    }),
    { numRuns: 100 },
  )
  expect(headOf(await connection.ask({ code: RequestCode.GET_BROKER_CLUSTER_INFO })).code).toBe(0)
})
