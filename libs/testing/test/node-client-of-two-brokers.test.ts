/**
 * The official client keeps its messages in a global of its own.
 * @jest-environment-options {"globalsCleanup": "off"}
 */
import { useClusterProxy } from './support/standalone-proxy'

const [LASTING, DYING] = ['broker-a', 'broker-b']
const TOPIC = 'OfBoth'

const proxy = useClusterProxy({}, [LASTING, DYING])

async function bodiesAt(broker: string): Promise<readonly string[]> {
  const { address } = proxy.server(broker)
  const messages = await Promise.all([0, 1, 2, 3].map(queueId => proxy.remoting.pullAll(address, TOPIC, queueId)))
  return messages.flat().map(({ body }) => body.toString())
}

test('when a broker dies what is sent goes to the other', async () => {
  for (const name of [LASTING, DYING]) {
    await proxy.remoting.createTopic(proxy.server(name).address, TOPIC, 4, '+message.type=NORMAL')
  }
  const producer = await proxy.producer({ topic: TOPIC })
  const send = async (when: string): Promise<readonly string[]> => {
    const bodies = Array.from({ length: 20 }, (_, number) => `${when} ${number}`)
    for (const body of bodies) await producer.send({ topic: TOPIC, body: Buffer.from(body) })
    return bodies
  }
  const before = await send('both live')
  await proxy.server(DYING).process.kill()
  const after = await send('one lives')
  expect(await bodiesAt(LASTING)).toEqual(expect.arrayContaining([...after]))
  await proxy.server(DYING).process.start()
  const dead = await bodiesAt(DYING)
  expect(dead.length).toBeGreaterThan(0)
  expect([...(await bodiesAt(LASTING)), ...dead]).toEqual(expect.arrayContaining([...before]))
})
