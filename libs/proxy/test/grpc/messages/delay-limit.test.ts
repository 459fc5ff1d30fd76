import { v2 } from '@rocketmq-ts/protocol/grpc'
import { requireSendable } from '../../../src/grpc/messages/message-checks'
import { InvalidRequestError } from '../../../src/grpc/status'
import { proxyConfigSchema } from '../../../src/proxy-config'

const NOW_MS = 1_700_000_000_000
const FORTY_DAYS_MS = 3_456_000_000

function refusalOf(delayMs: number, given: Partial<ReturnType<typeof proxyConfigSchema.parse>> = {}): unknown {
  const deliverMs = NOW_MS + delayMs
  const deliveryTimestamp = { seconds: Math.floor(deliverMs / 1000), nanos: (deliverMs % 1000) * 1_000_000 }
  const message = { body: Buffer.from('body'), systemProperties: { messageId: '01', deliveryTimestamp } }
  try {
    requireSendable(message, { ...proxyConfigSchema.parse({}), ...given }, NOW_MS)
    return null
  } catch (error) {
    return error
  }
}

test('a message may be delayed by forty days, as a broker allows it; beyond them the refusal names the limit', () => {
  expect(refusalOf(FORTY_DAYS_MS)).toBeNull()
  const refusal = refusalOf(FORTY_DAYS_MS + 1)
  expect(refusal).toBeInstanceOf(InvalidRequestError)
  expect(refusal).toMatchObject({ status: v2.Code.ILLEGAL_DELIVERY_TIME })
  expect(String(refusal)).toContain('max is 3456000000')
})

test('the limit of delays is configured, and 0 leaves it to the broker', () => {
  expect(refusalOf(60_001, { maxDelayTimeMills: 60_000 })).toMatchObject({ status: v2.Code.ILLEGAL_DELIVERY_TIME })
  expect(refusalOf(60_000, { maxDelayTimeMills: 60_000 })).toBeNull()
  expect(refusalOf(100 * FORTY_DAYS_MS, { maxDelayTimeMills: 0 })).toBeNull()
})
