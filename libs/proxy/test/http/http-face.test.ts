import { once } from 'node:events'
import { connect } from 'node:net'
import { silentLog, systemClock } from '@rocketmq-ts/base'
import { HttpFace } from '../../src/http/http-face'
import type { Messaging } from '../../src/messaging/messaging'
import type { ReceivedMessage } from '../../src/messaging/popped-messages'
import { proxyConfigSchema } from '../../src/proxy-config'
import { createSharedState } from '../../src/shared-state/shared-state'
import { promised } from './promised'
import { counted, nothingRenewed } from './served-app'

const LONGER_THAN_ANY_TEST_SECONDS = 100_000

async function listening(messaging: Messaging): Promise<HttpFace> {
  const patience = { grpcShutdownTimeSeconds: LONGER_THAN_ANY_TEST_SECONDS }
  const config = proxyConfigSchema.parse({ bindAddress: '127.0.0.1', httpServerPort: 0, ...patience })
  const deps = { messaging, clock: systemClock, log: silentLog, mayListenElsewhere: false, authenticator: null }
  const shared = createSharedState(config, deps)
  const face = new HttpFace(config, { ...deps, ...counted(), shared, renewals: () => nothingRenewed })
  await face.listener.start()
  return face
}

test('a stop waits for requests that are answered yet, and not for connections that stay open after them', async () => {
  const asked = promised()
  const answer = promised<readonly ReceivedMessage[]>()
  const messaging = {
    metadata: { groupConfig: () => Promise.resolve({ consumeMessageOrderly: false }) },
    receive() {
      asked.resolve()
      return answer.promise
    },
  } as unknown as Messaging
  const face = await listening(messaging)
  const url = `http://${face.address}`
  const waiting = fetch(`${url}/v1/groups/g/topics/t/receive`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  await asked.promise
  await face.listener.stop()
  const stopped = face.requests.stop()
  await expect(fetch(`${url}/healthz`)).rejects.toThrow()
  answer.resolve([])
  expect(await (await waiting).json()).toMatchObject({ messages: [] })
  await stopped
})

test('a stop does not wait for a connection that was opened ahead and has said nothing', async () => {
  const face = await listening({} as Messaging)
  const [host, port] = face.address.split(':')
  const silent = connect(Number(port), host)
  await once(silent, 'connect')
  expect((await fetch(`http://${face.address}/healthz`)).status).toBe(200) // so that the server knows of the other, too
  const closed = once(silent, 'close')
  await face.listener.stop()
  await face.requests.stop()
  await closed
})
