import * as fc from 'fast-check'
import * as protocol from '../../src'
import { FastJsonError, InvalidBodyError } from '../../src'
import type { BodyCodec } from '../../src'
import golden from '../golden/bodies.json'

const codecs = new Map(
  Object.entries(protocol)
    .filter(([name]) => name.endsWith('Json') && name !== 'parseFastJson' && name !== 'writeFastJson')
    .map(([name, codec]) => [name, codec as BodyCodec<unknown>]),
)

test('every body is held to bytes of Java', () => {
  const nested = [
    'producerDataJson',
    'producerInfoJson',
    'brokerStatsItemJson',
    'brokerMemberGroupJson',
    'queueTimeSpanJson',
  ]
  const valuesOfOurDatabase = ['queueOffsetsJson', 'subscriptionGroupEntryJson']
  const heldInPop = ['batchAckRequestJson', 'orderInfoTableJson']
  const recorded = new Set([
    ...golden.bodies.map(({ body }) => body),
    ...[...nested, ...heldInPop, ...valuesOfOurDatabase],
  ])
  expect([...codecs.keys()].filter(name => !recorded.has(name))).toEqual([])
})

test('a body with wrong characters is read or refused, and what is read can be written', () => {
  const characters = fc.oneof(
    fc.constantFrom(...'{}[],:"\'0-.ntf \\'.split('')),
    fc.string({ unit: 'binary', maxLength: 1 }),
  )
  const changes = fc.array(fc.tuple(fc.nat(2000), characters), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(fc.constantFrom(...golden.bodies), changes, ({ body, compact }, wrong) => {
      const codec = codecs.get(body)!
      let text = compact
      for (const [at, character] of wrong) {
        const place = at % text.length
        text = text.slice(0, place) + character + text.slice(place + 1)
      }
      try {
        const value = codec.decode(codec.encode(codec.decode(text)))
        expect(codec.decode(codec.encode(value))).toEqual(value)
      } catch (error) {
        if (!(error instanceof FastJsonError)) expect(error).toBeInstanceOf(InvalidBodyError)
      }
    }),
    { numRuns: 1000 },
  )
})

test('a body of one kind in the place of another is read or refused', () => {
  fc.assert(
    fc.property(fc.constantFrom(...golden.bodies), fc.constantFrom(...codecs.values()), ({ compact }, codec) => {
      try {
        codec.decode(compact)
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidBodyError)
      }
    }),
    { numRuns: 1000 },
  )
})

test('a body that is missing is refused', () => {
  for (const codec of codecs.values()) {
    expect(() => codec.decode(null)).toThrow(InvalidBodyError)
    expect(() => codec.decode(Buffer.alloc(0))).toThrow(InvalidBodyError)
  }
})
