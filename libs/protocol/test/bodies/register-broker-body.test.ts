import * as zlib from 'node:zlib'
import * as fc from 'fast-check'
import {
  decodeRegisterBrokerBody,
  encodeCompressedRegisterBrokerBody,
  FastJsonError,
  InvalidBodyError,
  MQ_VERSION,
  registerBrokerBodyJson,
} from '../../src'
import golden from '../golden/bodies.json'

const compressed = Buffer.from(golden.registrations[0]!.compressed, 'hex')

test.each(golden.registrations)(
  'a compressed registration of version $version reads as Java reads it',
  registration => {
    const body = decodeRegisterBrokerBody(Buffer.from(registration.compressed, 'hex'), {
      compressed: true,
      version: registration.version,
    })
    const expected = registerBrokerBodyJson.decode(registration.decoded)
    expect(body).toEqual({
      ...expected,
      topicConfigSerializeWrapper: {
        ...expected.topicConfigSerializeWrapper,
        mappingDataVersion: body.topicConfigSerializeWrapper.mappingDataVersion,
      },
    })
  },
)

test('what is compressed here unpacks to what Java compressed', () => {
  const body = decodeRegisterBrokerBody(compressed, { compressed: true, version: MQ_VERSION })
  const again = encodeCompressedRegisterBrokerBody(body)
  expect(decodeRegisterBrokerBody(again, { compressed: true, version: MQ_VERSION })).toEqual(body)
})

test('a bomb is refused before it has unpacked', () => {
  const bomb = zlib.deflateSync(Buffer.alloc(100_000_000))
  expect(bomb.length).toBeLessThan(200_000)
  expect(() => decodeRegisterBrokerBody(bomb, { compressed: true, version: MQ_VERSION })).toThrow(InvalidBodyError)
})

test('a registration cut off or with a wrong byte is refused or read, and nothing else happens', () => {
  const plain = zlib.inflateSync(compressed)
  const damaged = fc.tuple(fc.nat(plain.length - 1), fc.nat(255), fc.nat(plain.length)).map(([at, byte, end]) => {
    const bytes = Buffer.from(plain)
    bytes[at] = byte
    return zlib.deflateSync(bytes.subarray(0, end))
  })
  fc.assert(
    fc.property(
      fc.oneof(
        damaged,
        fc.uint8Array().map(bytes => Buffer.from(bytes)),
      ),
      fc.boolean(),
      (bytes, isCompressed) => {
        try {
          decodeRegisterBrokerBody(bytes, { compressed: isCompressed, version: MQ_VERSION })
        } catch (error) {
          expect(error instanceof InvalidBodyError || error instanceof FastJsonError).toBe(true)
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('a registration without a body is refused', () => {
  expect(() => decodeRegisterBrokerBody(null, { compressed: true, version: MQ_VERSION })).toThrow(InvalidBodyError)
  expect(() => decodeRegisterBrokerBody(null, { compressed: false, version: MQ_VERSION })).toThrow(InvalidBodyError)
})
