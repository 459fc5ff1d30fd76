import * as fc from 'fast-check'
import {
  encodeFrame,
  IncomingCommand,
  MissingFieldError,
  readGetRouteInfoHeader,
  RemotingCommand,
  RequestCode,
  SerializeType,
} from '../../src'
import { readGetRouteInfoHeaderSlowly } from '../../src/headers/get-route-info-header'

const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('TopicA', '', 'a"b\\c', '{"topic":"x"}'))
const flags = fc.constantFrom('true', 'TRUE', 'false', '', 'truer')
const fields = fc
  .tuple(
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('ns', 'lo', 'top')), texts),
    fc.record(
      { topic: texts, acceptStandardJsonOnly: flags, __ZONE_MODE: flags, __ZONE_NAME: texts },
      { requiredKeys: [] },
    ),
  )
  .map(([others, known]) => ({ ...others, ...known }))

function outcome(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    return (error as Error).message
  }
}

test('the fast reader says what the generic one says', () => {
  fc.assert(
    fc.property(fields, fc.constantFrom(SerializeType.JSON, SerializeType.ROCKETMQ), (extFields, serializeType) => {
      const frame = encodeFrame(RemotingCommand.request(RequestCode.GET_ROUTEINFO_BY_TOPIC, extFields), serializeType)
      const command = IncomingCommand.read(frame)
      expect(outcome(() => readGetRouteInfoHeader(command))).toEqual(
        outcome(() => readGetRouteInfoHeaderSlowly(command)),
      )
    }),
  )
})

test('a request without a topic is refused', () => {
  const frame = encodeFrame(RemotingCommand.request(RequestCode.GET_ROUTEINFO_BY_TOPIC), SerializeType.JSON)
  expect(() => readGetRouteInfoHeader(IncomingCommand.read(frame))).toThrow(MissingFieldError)
})
