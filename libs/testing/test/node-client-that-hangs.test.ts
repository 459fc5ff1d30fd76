/**
 * The official client keeps its messages in a global of its own.
 * @jest-environment-options {"globalsCleanup": "off"}
 */
import { useStandaloneProxy } from './support/standalone-proxy'

/** Every message is renewed at every look, until its consumer is taken to hang. */
const proxy = useStandaloneProxy({}, () =>
  Promise.resolve({ renewSchedulePeriodMillis: 200, renewAheadTimeMillis: 86_400_000, renewMaxTimeMillis: 2000 }),
)

test('a message that a push consumer does not end with comes again after the pause of its group', async () => {
  await proxy.createTopic('Endless', 'NORMAL')
  await proxy.createGroup('endless-group', {
    groupRetryPolicy: {
      type: 'CUSTOMIZED',
      customizedRetryPolicy: { next: [1000] },
      exponentialRetryPolicy: null,
    },
  })
  await proxy.simpleConsumer('Endless', { consumerGroup: 'endless-group' })
  const attempts = proxy.pushConsumer('Endless', 'endless-group', 2)
  const producer = await proxy.producer({ topic: 'Endless' })
  await producer.send({ topic: 'Endless', body: Buffer.from('endless') })
  expect(await attempts).toEqual(['endless 1', 'endless 2'])
})
