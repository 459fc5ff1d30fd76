import { MessageTypeConflictError } from '../../src/messaging/refusals'
import { requireFitting } from '../../src/messaging/require-fitting'
import type { RequireFittingDeps } from '../../src/messaging/require-fitting'

type Type = Awaited<ReturnType<RequireFittingDeps['metadata']['messageTypeOf']>>

const messages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  NORMAL: { KEYS: 'k' },
  FIFO: { __SHARDINGKEY: 'order' },
  DELAY: { TIMER_DELIVER_MS: '1700000000000' },
  TRANSACTION: { TRAN_MSG: 'true' },
}

/** Null where the message may go to the topic. */
async function refusalOf(type: Type, actual: string, { topic = 'Orders', isChecked = true, more = {} } = {}) {
  const deps = {
    metadata: { messageTypeOf: () => Promise.resolve(type) },
    config: { enableTopicMessageTypeCheck: isChecked },
  }
  const given: Readonly<Record<string, string>> = { ...messages[actual], ...more }
  const properties = new Map(Object.entries(given))
  return requireFitting(deps)(topic, properties).then(
    () => null,
    (error: unknown) => error,
  )
}

test.each(['NORMAL', 'FIFO', 'DELAY', 'TRANSACTION'] as const)(
  'to a topic for %s messages go those, and no others',
  async type => {
    for (const actual of Object.keys(messages)) {
      const refusal = await refusalOf(type, actual)
      if (actual === type) expect(refusal).toBeNull()
      else {
        expect(refusal).toBeInstanceOf(MessageTypeConflictError)
        expect(String(refusal)).toContain(`the expected type is ${type}, but actual type is ${actual}`)
      }
    }
  },
)

test.each(['MIXED', 'UNSPECIFIED'] as const)('to a topic that is %s goes any message', async type => {
  for (const actual of Object.keys(messages)) expect(await refusalOf(type, actual)).toBeNull()
})

test('what comes again, what was passed on, and all where it is switched off, goes whatever it is', async () => {
  expect(await refusalOf('FIFO', 'NORMAL', { topic: '%RETRY%GroupA' })).toBeNull()
  expect(await refusalOf('FIFO', 'NORMAL', { topic: '%DLQ%GroupA' })).toBeNull()
  expect(await refusalOf('FIFO', 'NORMAL', { isChecked: false })).toBeNull()
  expect(await refusalOf('FIFO', 'NORMAL', { more: { TRANSFER_FLAG: 'x' } })).toBeNull()
})
