import type { LiteSubscriptionChange } from '../../src/messaging/lite/lite-subscriptions'
import { ClientNotNamedError } from '../../src/messaging/lite/lite-refusals'
import type { Messaging } from '../../src/messaging/messaging'
import type { ReceiveRequest } from '../../src/messaging/receive-messages'
import { useServedApps } from './served-app'

const serve = useServedApps()

async function served() {
  const changes: LiteSubscriptionChange[] = []
  const received: ReceiveRequest[] = []
  const messaging = {
    liteSubscriptions: {
      sync: (change: LiteSubscriptionChange) => {
        changes.push(change)
        return Promise.resolve()
      },
    },
    metadata: { groupConfig: () => Promise.resolve({ consumeMessageOrderly: false }) },
    receive: (request: ReceiveRequest) => {
      received.push(request)
      return request.clientId === null ? Promise.reject(new ClientNotNamedError(request.group)) : Promise.resolve([])
    },
  } as unknown as Messaging
  const { url } = await serve(messaging)
  const ask = (method: string, path: string, body: object): Promise<Response> =>
    fetch(`${url}/v1/groups/g/${path}`, {
      ...{ method, headers: { 'content-type': 'application/json' } },
      body: JSON.stringify(body),
    })
  return { changes, received, ask }
}

const whose = { topic: 'Parent', clientId: 'me' }

test('a client says all that it wants, what changes, and that it wants nothing more', async () => {
  const { changes, ask } = await served()
  const bodies: [string, object][] = [
    ['PUT', { liteTopics: ['a', 'b', 'a'] }],
    ['PATCH', { add: ['c'], remove: ['a'] }],
    ['PATCH', {}],
    ['PUT', { liteTopics: [] }],
  ]
  for (const [method, body] of bodies) {
    expect((await ask(method, 'lite-subscriptions', { ...whose, ...body })).status).toBe(204)
  }
  expect(changes.map(({ action, liteTopics }) => [action, liteTopics])).toEqual([
    ['COMPLETE_ADD', ['a', 'b']],
    ['PARTIAL_REMOVE', ['a']],
    ['PARTIAL_ADD', ['c']],
    ['COMPLETE_REMOVE', []],
  ])
  expect(changes.every(({ clientId, group, topic }) => clientId === 'me' && group === 'g' && topic === 'Parent')).toBe(
    true,
  )
})

test.each<[string, string, object]>([
  ['PUT', 'a name that is none', { ...whose, liteTopics: ['a$'] }],
  ['PATCH', 'a name that is none', { ...whose, add: ['a$'], remove: ['b'] }],
  ['PATCH', 'a change of nothing for a topic that can be none', { ...whose, topic: 'a$' }],
  ['PUT', 'nobody', { topic: 'Parent', liteTopics: ['a'] }],
  ['PUT', 'somebody with a blank in the name', { ...whose, clientId: 'a b', liteTopics: ['a'] }],
  ['PUT', 'a topic that is none', { ...whose, topic: 'a.b', liteTopics: ['a'] }],
])('%s with %s changes nothing', async (method, _what, body) => {
  const { changes, ask } = await served()
  expect((await ask(method, 'lite-subscriptions', body)).status).toBe(400)
  expect(changes).toEqual([])
})

test('who receives says as whom, and is told so where that is needed', async () => {
  const { received, ask } = await served()
  expect((await ask('POST', 'topics/Parent/receive', { clientId: 'me' })).status).toBe(200)
  expect(received[0]?.clientId).toBe('me')
  const refused = await ask('POST', 'topics/Parent/receive', {})
  expect([refused.status, ((await refused.json()) as { detail: string }).detail]).toEqual([
    400,
    'g is a lite group: say as which client messages are received',
  ])
})
