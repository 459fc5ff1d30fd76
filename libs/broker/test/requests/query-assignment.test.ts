import * as fc from 'fast-check'
import {
  assignmentRequestJson,
  assignmentResponseJson,
  defaultSubscriptionGroupConfig,
  RequestCode,
  setMessageRequestModeJson,
} from '@rocketmq-ts/protocol'
import type { AssignmentRequest, MessageQueue, SetMessageRequestMode } from '@rocketmq-ts/protocol'
import { allocateForPop, allocateStrategies } from '../../src/assignments/allocate-message-queues'
import { MessageRequestModeTable } from '../../src/assignments/message-request-mode-table'
import { queryAssignment } from '../../src/requests/query-assignment'
import { setMessageRequestMode } from '../../src/requests/set-message-request-mode'
import { ask, channelOf } from '../support/ask'
import { messaging, subscribe } from '../support/messaging'

const QUEUE_COUNT = 5

function queuesOf(topic: string): readonly MessageQueue[] {
  return Array.from({ length: QUEUE_COUNT }, (_, queueId) => ({ brokerName: 'broker-a', queueId, topic }))
}

/** Topic GA, group GG with consumers cid-0, cid-1 …, and what operators and consumers may ask. */
function withConsumers(count: number) {
  const deps = messaging({ autoCreateSubscriptionGroup: 'false' })
  const requestModes = new MessageRequestModeTable()
  const saved: string[] = []
  deps.groups.put(defaultSubscriptionGroupConfig('GG'))
  for (let id = 0; id < count; id += 1) subscribe(deps, { group: 'GG', channel: channelOf(id), clientId: `cid-${id}` })
  const query = queryAssignment({
    ...deps,
    requestModes,
    topicRoutes: { queuesOf: topic => Promise.resolve(topic === 'unknown' ? null : queuesOf(topic)) },
  })
  const requestModeFile = { changed: () => void saved.push('changed'), saved: () => Promise.resolve() }
  const set = setMessageRequestMode({ ...deps, requestModes, requestModeFile })
  return {
    saved,
    /** The mode and the ids of the queues; null where the consumer is to keep what it has. */
    async assigned(clientId: string, given: Partial<AssignmentRequest> = {}) {
      const body = assignmentRequestJson.encode({
        ...{ clientId, consumerGroup: 'GG', topic: 'GA', strategyName: 'AVG', messageModel: 'CLUSTERING' },
        ...given,
      })
      const answer = await ask(query, { code: RequestCode.QUERY_ASSIGNMENT, body })
      const { messageQueueAssignments: assignments } = assignmentResponseJson.decode(answer.body ?? '{}')
      return assignments?.map(({ mode, messageQueue }) => `${mode} ${messageQueue.queueId}`) ?? null
    },
    setMode(given: Partial<SetMessageRequestMode>) {
      const mode = { topic: 'GA', consumerGroup: 'GG', mode: 'POP', popShareQueueNum: 0, ...given } as const
      return ask(set, { code: RequestCode.SET_MESSAGE_REQUEST_MODE, body: setMessageRequestModeJson.encode(mode) })
    },
  }
}

test('who pulls is given its share of the queues, and every queue has one consumer', async () => {
  const room = withConsumers(2)
  expect(await room.assigned('cid-0')).toEqual(['PULL 0', 'PULL 1', 'PULL 2'])
  expect(await room.assigned('cid-1')).toEqual(['PULL 3', 'PULL 4'])
  expect(await room.assigned('cid-1', { strategyName: 'AVG_BY_CIRCLE' })).toEqual(['PULL 1', 'PULL 3'])
  expect(await room.assigned('cid-1', { messageModel: 'BROADCASTING' })).toHaveLength(QUEUE_COUNT)
  expect(await room.assigned('a stranger')).toEqual([])
})

test('where queues or consumers are not known, the consumer keeps what it has', async () => {
  const room = withConsumers(2)
  expect(await room.assigned('cid-0', { topic: 'unknown' })).toBeNull()
  expect(await room.assigned('cid-0', { consumerGroup: 'nobody' })).toBeNull()
  expect(await room.assigned('cid-0', { strategyName: 'MACHINE_ROOM' })).toBeNull()
})

test('an operator makes a group pop, and its consumers hear of it', async () => {
  const room = withConsumers(4)
  expect(await room.setMode({})).toMatchObject({ code: 0 })
  expect(room.saved).toEqual(['changed'])
  expect(await room.assigned('cid-2')).toEqual(['POP -1'])
  await room.setMode({ popShareQueueNum: 1 })
  expect(await room.assigned('cid-0')).toEqual(['POP 0', 'POP 1', 'POP 2'])
  expect(await room.assigned('cid-3')).toEqual(['POP 4', 'POP 0', 'POP 1'])
  await room.setMode({ mode: 'PULL' })
  expect(await room.assigned('cid-3')).toEqual(['PULL 4'])
})

test.each([
  [{ topic: '%RETRY%GG' }, 16, 'retry topic is not allowed to set mode'],
  [{ topic: 'unknown' }, 17, 'topic[unknown] not exist'],
  [{ consumerGroup: 'nobody' }, 26, 'subscription group does not exist'],
])('a mode for %p is refused', async (given, code, remark) => {
  expect(await withConsumers(1).setMode(given)).toMatchObject({ code, remark })
})

test('however queues are shared, each has a consumer, and none that pops has one twice', () => {
  const counts = fc.record({ consumers: fc.integer({ min: 1, max: 9 }), shares: fc.integer({ min: 0, max: 10 }) })
  fc.assert(
    fc.property(counts, fc.constantFrom(...allocateStrategies.values()), ({ consumers, shares }, allocate) => {
      const queues = queuesOf('GA')
      const clientIds = Array.from({ length: consumers }, (_, id) => `cid-${id}`)
      const pulled = clientIds.flatMap(clientId => allocate(queues, { clientId, clientIds }))
      expect(new Set(pulled).size).toBe(QUEUE_COUNT)
      expect(pulled).toHaveLength(QUEUE_COUNT)
      const popped = clientIds.map(clientId =>
        allocateForPop(allocate, queues, { clientId, clientIds, shareQueueNum: shares }),
      )
      for (const own of popped) expect(new Set(own).size).toBe(own.length)
      const ids = new Set(popped.flat().map(({ queueId }) => queueId))
      expect(ids.has(-1) || ids.size === QUEUE_COUNT).toBe(true)
    }),
  )
})
